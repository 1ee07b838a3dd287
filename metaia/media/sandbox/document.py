"""Documents: PDF, DOCX, XLSX, plain text and CSV. They are checked and kept as they came."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import open_xml, pdf, plain_text
from .refusal import Unsupported

OPEN_XML = "application/vnd.openxmlformats-officedocument"
CHECKS = {
    "application/pdf": pdf.check,
    f"{OPEN_XML}.wordprocessingml.document": open_xml.check_docx,
    f"{OPEN_XML}.spreadsheetml.sheet": open_xml.check_xlsx,
    "text/plain": plain_text.check,
    "text/csv": plain_text.check,
}


def check(file: Path, content_type: str, _folder: Path) -> dict[str, Any]:
    """Check a document. Raises Refused, Unsupported, or anything that a parser raises for a corrupt file."""
    if content_type not in CHECKS:
        raise Unsupported(content_type)
    CHECKS[content_type](file)
    return {"files": []}

"""Documents in the sandbox: the code that each one gets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.media.sandbox import documents
from tests.media.sandbox.conftest import Check
from tests.media.sandbox.documents import CSV, DOCX, PDF, TEXT, XLSX

MEGABYTE = 1024 * 1024
UNSUPPORTED = "unsupported_document"
GOOD = {
    "a Word document": (DOCX, documents.docx),
    "an Excel workbook": (XLSX, lambda: documents.docx(main=f"{XLSX}.main+xml")),
    "a template of its own": (DOCX, lambda: documents.docx(documents.relationships("Internal"))),
    "a link": (DOCX, lambda: documents.docx(documents.relationships("External", "x/hyperlink"))),
    "a PDF": (PDF, documents.pdf),
    "a PDF with JavaScript": (PDF, lambda: documents.pdf(script=True)),
    "a PDF of 500 pages": (PDF, lambda: documents.long_pdf(500)),
    "text": (TEXT, lambda: "\ufeffनमस्ते, a < b, x<y and 3 > 2\r\n".encode()),
    "CSV": (CSV, lambda: b"name,price\nshirt,3\n"),
}
REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a bomb": (DOCX, lambda: documents.docx({"word/zeros.bin": bytes(110 * MEGABYTE)}), UNSUPPORTED),
    "a bomb that lies": (DOCX, documents.lying_bomb, "corrupt"),
    "2,001 entries": (DOCX, lambda: documents.docx({f"word/{i}": b"" for i in range(2_000)}), UNSUPPORTED),
    "macros": (DOCX, lambda: documents.docx({"word/vbaProject.bin": b"macro"}), UNSUPPORTED),
    "DOCM": (
        DOCX,
        lambda: documents.docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
        UNSUPPORTED,
    ),
    "an external template": (DOCX, lambda: documents.docx(documents.relationships("External")), UNSUPPORTED),
    "a DTD": (DOCX, lambda: documents.docx(doctype='<!DOCTYPE a [<!ENTITY b "c">]>'), "corrupt"),
    "an encrypted entry": (DOCX, documents.encrypted_entry, UNSUPPORTED),
    "an archive behind a picture": (DOCX, lambda: b"GIF89a" + documents.docx(), UNSUPPORTED),
    "Word as Excel": (XLSX, documents.docx, UNSUPPORTED),
    "half an archive": (DOCX, lambda: documents.docx()[:200], "corrupt"),
    "an encrypted PDF": (PDF, lambda: documents.pdf(password="secret"), UNSUPPORTED),
    "a PDF that starts a program": (PDF, documents.launching_pdf, UNSUPPORTED),
    "a PDF that hides it": (PDF, lambda: documents.launching_pdf("/L#61unch"), UNSUPPORTED),
    "a PDF with a file": (PDF, lambda: documents.pdf(attachment=True), UNSUPPORTED),
    "a PDF of 10,000 pages": (PDF, documents.long_pdf, "too_long"),
    "rubbish as PDF": (PDF, lambda: b"%PDF-1.7\n" + bytes(5_000), "corrupt"),
    "nothing": (PDF, lambda: b"", "empty"),
    "SVG as text": (TEXT, lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">', UNSUPPORTED),
    "SVG behind a comment": (TEXT, lambda: b"<!-- a -->\n<svg onload=x>", UNSUPPORTED),
    "HTML as CSV": (CSV, lambda: b"\n\n <!DOCTYPE html><p>", UNSUPPORTED),
    "NUL": (TEXT, lambda: b"a\0b", UNSUPPORTED),
    "UTF-16": (TEXT, lambda: "text".encode("utf-16"), UNSUPPORTED),
    "Latin-1": (TEXT, lambda: "Zoë".encode("latin-1"), UNSUPPORTED),
    "RTF": (TEXT, lambda: rb"{\rtf1 x}", UNSUPPORTED),
    "a script": (TEXT, lambda: b"#!/bin/sh\nrm x", UNSUPPORTED),
    "spaces": (TEXT, lambda: b"  \n", "empty"),
    "an unknown type": ("text/html", lambda: b"text", UNSUPPORTED),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_documents_pass(check: Check, name: str) -> None:
    content_type, make = GOOD[name]
    outcome = check("document", content_type, make())
    assert (outcome.refused, outcome.files) == (None, [])


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_documents_are_refused_with_their_code(check: Check, name: str) -> None:
    content_type, make, code = REFUSED[name]
    outcome = check("document", content_type, make())
    assert outcome.refused == code
    assert outcome.peak < 200 * MEGABYTE

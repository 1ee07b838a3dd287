"""DOCX and XLSX: ZIP archives of XML (ISO/IEC 29500), without macros, encryption and external templates."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from defusedxml import DefusedXmlException, ElementTree

from .refusal import CORRUPT, Refused, Unsupported

MOST_ENTRIES = 2_000
MOST_UNPACKED = 100 * 1024 * 1024  # bytes
HIGHEST_RATIO = 100  # unpacked to packed
PIECE = 64 * 1024  # bytes unpacked at once
MOST_XML = 8 * 1024 * 1024  # bytes of a part that is parsed
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1  # bit of an entry's flags
TYPES = "[Content_Types].xml"
MACROS = re.compile(r"(^|/)vba(Project|Data)[^/]*$|(^|/)macrosheets/", re.IGNORECASE)
# Relationships that load code or another document when this one is opened.
LOADED = ("attachedtemplate", "oleobject", "frame", "subdocument", "externallinkpath")


def check_docx(file: Path) -> None:
    """Check a Word document. Raises Refused, Unsupported, or BadZipFile and the like for a corrupt one."""
    _check(file, "wordprocessingml.document.main+xml")


def check_xlsx(file: Path) -> None:
    """Check an Excel workbook. Raises as `check_docx`."""
    _check(file, "spreadsheetml.sheet.main+xml")


def _check(file: Path, main: str) -> None:
    with file.open("rb") as opened:
        if opened.read(4) != b"PK\x03\x04":
            raise Unsupported("something else before the archive")
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise Unsupported(f"{len(entries)} entries")
        for entry in entries:
            _check_entry(entry)
        _unpack(archive, entries, min(MOST_UNPACKED, file.stat().st_size * HIGHEST_RATIO))
        names = {entry.filename for entry in entries}
        if TYPES not in names:
            raise Unsupported("no Open XML document")
        _check_types(_elements(archive, TYPES), main)
        for name in names:
            if name.lower().endswith(".rels"):
                _check_relationships(_elements(archive, name))


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & ENCRYPTED or entry.compress_type not in METHODS:
        raise Unsupported("an encrypted or unusual entry")
    if MACROS.search(entry.filename):
        raise Unsupported("macros")


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], most: int) -> None:
    """Unpack everything and keep nothing: the sizes in the directory are claims. zipfile checks the CRC."""
    total = 0
    for entry in entries:
        with archive.open(entry) as unpacked:
            while piece := unpacked.read(PIECE):
                total += len(piece)
                if total > most:
                    raise Unsupported(f"more than {most} bytes unpacked")


def _check_types(elements: list[dict[str, str]], main: str) -> None:
    types = [element.get("ContentType", "").lower() for element in elements]
    if any("macroenabled" in name or "vbaproject" in name for name in types):
        raise Unsupported("macros")
    if not any(name.endswith(main) for name in types):
        raise Unsupported("another kind of Open XML document")


def _check_relationships(elements: list[dict[str, str]]) -> None:
    for element in elements:
        kind = element.get("Type", "").rpartition("/")[2].lower()
        if kind in LOADED and element.get("TargetMode", "").lower() == "external":
            raise Unsupported(f"external {kind}")


def _elements(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    """Return the attributes of all elements of a part. Raises Refused, also for a DTD, and ParseError."""
    with archive.open(name) as part:
        body = part.read(MOST_XML + 1)
    if len(body) > MOST_XML:
        raise Refused(CORRUPT, f"{name} is too large")
    try:
        return [element.attrib for element in ElementTree.fromstring(body, forbid_dtd=True).iter()]
    except DefusedXmlException as error:
        raise Refused(CORRUPT, f"a DTD in {name}") from error

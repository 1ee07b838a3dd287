"""Recognizes the type of a file by its bytes. Names and declared types decide nothing but text or CSV. Pure.

A sniffer finds a type and does not prove it: the sandbox parses each file before it is served.
"""

from __future__ import annotations

import codecs
import re

import filetype

from metaia.media.kinds import DOCUMENT, IMAGE, KINDS, VOICE

HEAD = 4096  # bytes that are looked at
TAIL = 128 * 1024  # bytes at the end of an archive that have its directory
UNKNOWN = "application/octet-stream"
HTML, XML, SVG, SCRIPT = "text/html", "text/xml", "image/svg+xml", "text/x-shellscript"
ZIP = "application/zip"
DOCX, XLSX = (name for name in KINDS[DOCUMENT].types if "openxml" in name)
MACROS = "application/vnd.ms-office.vbaProject"
# What a container is called, whatever it contains; the sandbox decides by the streams.
VOICE_TYPES = {
    "audio/ogg": "audio/ogg",
    "video/ogg": "audio/ogg",
    "application/ogg": "audio/ogg",
    "video/webm": "audio/webm",
    "video/x-matroska": "audio/webm",
    "audio/mp4": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "video/mp4": "audio/mp4",
    "video/x-m4v": "audio/mp4",
    "video/3gpp": "audio/3gpp",
    "audio/mpeg": "audio/mpeg",
    "audio/wav": "audio/wav",
    "audio/x-wav": "audio/wav",
    "audio/amr": "audio/amr",
    "audio/aac": "audio/aac",
}
ANIMATED = {"image/apng": "image/png"}  # the first frame is kept
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BRANDS = {b"heic": "image/heic", b"heix": "image/heic", b"hevc": "image/heic", b"mif1": "image/heic"}


def sniff(kind: str, head: bytes, *, declared: str = "", filename: str = "") -> str:
    """Return the type of a file by its first HEAD bytes, as KINDS names it if `kind` accepts it."""
    found = _by_numbers(head)
    if kind == VOICE:
        return VOICE_TYPES.get(found, found)
    if kind == IMAGE or found != UNKNOWN:
        return found
    return _text(head, declared, filename)


def sniff_archive(tail: bytes) -> str:
    """Return the type of a ZIP archive by its last TAIL bytes, which list its files."""
    if b"vbaProject.bin" in tail:
        return MACROS
    if b"word/document.xml" in tail:
        return DOCX
    return XLSX if b"xl/workbook.xml" in tail else ZIP


def _by_numbers(head: bytes) -> str:
    """Return the type by its magic number."""
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in _BRANDS:
            return _BRANDS[brand]
        if brand in {b"avif", b"avis"}:
            return "image/avif"
        if brand[:3] == b"3gp":
            return "video/3gpp"
        return "video/quicktime" if brand == b"qt  " else "video/mp4"
    if head[:4] == b"PK\x03\x04":
        return ZIP
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm"
    if head[:5] == b"#!AMR":
        return "audio/amr"
    if head[:3] != b"\xff\xd8\xff" and head[:1] == b"\xff" and b"\xe0" <= head[1:2] < b"\xff":
        return "audio/aac" if head[1] & 0x06 == 0 else "audio/mpeg"  # the sync word of a frame
    guessed = filetype.guess_mime(head)
    return ANIMATED.get(guessed, guessed) if guessed else UNKNOWN


def _text(head: bytes, declared: str, filename: str) -> str:
    """Return the type of text in UTF-8, UNKNOWN for bytes that are none; markup and scripts have their own types."""
    body = head.removeprefix(codecs.BOM_UTF8)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body, final=False)
    except UnicodeDecodeError:
        return UNKNOWN
    if _CONTROL.search(body):
        return UNKNOWN
    start = body.lstrip().lower()
    if start.startswith(b"<"):
        return SVG if b"<svg" in start else XML if start.startswith(b"<?xml") else HTML
    if start.startswith((b"#!", b"{\\rtf")):
        return SCRIPT if start.startswith(b"#!") else "application/rtf"
    return "text/csv" if declared == "text/csv" or filename.lower().endswith(".csv") else "text/plain"

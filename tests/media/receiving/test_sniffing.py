"""Types of files by their bytes, whatever they are called."""

from __future__ import annotations

import io
import zipfile

import pytest

from metaia.media.kinds import DOCUMENT, IMAGE, KINDS, VOICE
from metaia.media.receiving import sniffing
from metaia.media.receiving.sniffing import sniff

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0"


@pytest.mark.parametrize(
    ("kind", "head", "found"),
    [
        (IMAGE, JPEG, "image/jpeg"),
        (IMAGE, PNG, "image/png"),
        (IMAGE, b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (DOCUMENT, b"%PDF-1.7\n", "application/pdf"),
        (DOCUMENT, "नमस्ते, दुनिया\n".encode(), "text/plain"),
        (DOCUMENT, b"\xef\xbb\xbfa;b\r\n", "text/plain"),
        (VOICE, b"OggS\0\2" + bytes(22) + b"OpusHead", "audio/ogg"),
        (VOICE, b"\x1aE\xdf\xa3\x9fB\x86\x81\1", "audio/webm"),
        (VOICE, b"\0\0\0\x1cftypM4A \0\0\0\0", "audio/mp4"),
        (VOICE, b"\0\0\0\x1cftypisom\0\0\0\0", "audio/mp4"),
        (VOICE, b"\0\0\0\x1cftyp3gp4\0\0\0\0", "audio/3gpp"),
        (VOICE, b"ID3\4\0\0", "audio/mpeg"),
        (VOICE, b"\xff\xfb\x90\x64", "audio/mpeg"),
        (VOICE, b"\xff\xf1\x50\x80", "audio/aac"),
        (VOICE, b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        (VOICE, b"#!AMR\n", "audio/amr"),
    ],
)
def test_accepted_types_are_recognized(kind: str, head: bytes, found: str) -> None:
    assert sniff(kind, head) == found
    assert found in KINDS[kind].types


@pytest.mark.parametrize(
    ("kind", "head", "found"),
    [
        (IMAGE, b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
        (IMAGE, b"\0\0\0\x18ftypmif1\0\0\0\0", "image/heic"),
        (IMAGE, b"\0\0\0\x18ftypavif\0\0\0\0", "image/avif"),
        (IMAGE, b"GIF89a\1\0\1\0", "image/gif"),
        (IMAGE, b"%PDF-1.7\n", "application/pdf"),
        (IMAGE, b"<svg onload=alert(1)>", "application/octet-stream"),
        (DOCUMENT, b" \n<svg onload=alert(1)>", "image/svg+xml"),
        (DOCUMENT, b"<!-- --><svg onload=alert(1)>", "image/svg+xml"),
        (DOCUMENT, b"<!DOCTYPE html>", "text/html"),
        (DOCUMENT, b"<?xml version='1.0'?><a/>", "text/xml"),
        (DOCUMENT, b"{\\rtf1 x}", "application/rtf"),
        (DOCUMENT, b"#!/bin/sh\n", "text/x-shellscript"),
        (DOCUMENT, b"MZ\x90\0", "application/x-msdownload"),
        (DOCUMENT, b"text\0with nul", "application/octet-stream"),
        (DOCUMENT, b"latin \xe9\xe8 text", "application/octet-stream"),
        (VOICE, b"%PDF-1.7\n", "application/pdf"),
    ],
)
def test_other_types_are_named_for_the_error(kind: str, head: bytes, found: str) -> None:
    assert sniff(kind, head) == found
    assert found not in KINDS[kind].types


def test_only_the_name_decides_between_text_and_csv() -> None:
    assert sniff(DOCUMENT, b"a,b\n", filename="Preise.CSV") == "text/csv"
    assert sniff(DOCUMENT, b"a,b\n", declared="text/csv") == "text/csv"
    assert sniff(DOCUMENT, b"%PDF-1.7\n", declared="text/csv", filename="a.csv") == "application/pdf"


def test_text_may_be_cut_within_a_letter() -> None:
    assert sniff(DOCUMENT, ("é" * 3000).encode()[:4095]) == "text/plain"


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["[Content_Types].xml", "word/document.xml"], sniffing.DOCX),
        (["_rels/.rels", "xl/workbook.xml"], sniffing.XLSX),
        (["word/document.xml", "word/vbaProject.bin"], sniffing.MACROS),
        (["META-INF/MANIFEST.MF"], sniffing.ZIP),
    ],
)
def test_an_archive_is_what_its_directory_lists(names: list[str], found: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    assert sniff(DOCUMENT, file.getvalue()[:4096]) == sniffing.ZIP
    assert sniffing.sniff_archive(file.getvalue()) == found

"""The hostile files of the tests, by name: kind, content type, and a function that makes the bytes."""

from __future__ import annotations

from collections.abc import Callable

from tests.media.sandbox import documents, pictures, sounds

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
FILES: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "PNG of 169 megapixels": ("image", PNG, lambda: pictures.blank_png(13_000, 13_000, 8)),
    "PNG of 400 megapixels of one bit": ("image", PNG, lambda: pictures.blank_png(20_000, 20_000, 1)),
    "WebP of 60 frames of 16 megapixels": ("image", WEBP, pictures.animated_webp),
    "WebP of 268 megapixels": ("image", WEBP, lambda: pictures.animated_webp(16_383, 1, drawn=16)),
    "APNG of 60 frames of 16 megapixels": ("image", PNG, pictures.animated_png),
    "JPEG of 500 scans": ("image", JPEG, pictures.many_scans),
    "half of a JPEG": ("image", JPEG, lambda: pictures.encoded(pictures.photo())[:3_000]),
    "HTML as JPEG": ("image", JPEG, lambda: b"<html><script>alert(1)</script></html>"),
    "DOCX of 110 MB of zeros": ("document", documents.DOCX, documents.lying_bomb),
    "DOCX with an encrypted entry": ("document", documents.DOCX, documents.encrypted_entry),
    "PDF of 600 pages": ("document", documents.PDF, lambda: documents.pdf(pages=600)),
    "PDF that starts a program": ("document", documents.PDF, documents.launching_pdf),
    "PDF with an attachment": ("document", documents.PDF, lambda: documents.pdf(attachment=True)),
    "Ogg that claims a year": ("voice", "audio/ogg", sounds.lying_ogg),
    "WAV that claims 4 GB": ("voice", "audio/wav", sounds.lying_wav),
    "AMR of 11 minutes": ("voice", "audio/amr", lambda: sounds.amr(660)),
}

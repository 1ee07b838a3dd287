"""Pictures made by the tests: good ones, and hostile ones."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

SECRETS = (b"GPSSECRET", b"XMPSECRET", b"IPTCSECRET", b"MAKERSECRET", b"COMMENTSECRET", b"TRAILERSECRET")
GPS, MAKER, ORIENTATION = 0x8825, 0x927C, 0x0112


def photo(width: int = 400, height: int = 300, *, mode: str = "RGB") -> Image.Image:
    """Return a picture with a gradient: left black, right red; top without, bottom with green."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (across, down, Image.new("L", (width, height), 40))).convert(mode)


def encoded(image: Image.Image, format_: str = "JPEG", **options: Any) -> bytes:
    """Return the bytes of a picture."""
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def private_photo() -> bytes:
    """Return a JPEG with GPS, maker notes, XMP, IPTC, a comment, and something behind its end."""
    exif = Image.Exif()
    exif.get_ifd(GPS)[0x1D] = "GPSSECRET"
    exif.get_ifd(0x8769)[MAKER] = b"MAKERSECRET"
    body = encoded(photo(), exif=exif, xmp=b"<x>XMPSECRET</x>", comment=b"COMMENTSECRET", quality=90)
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x0aIPTCSECRET"
    segment = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    return body[:2] + segment + body[2:] + b"TRAILERSECRET<script>alert(1)</script>"


def turned(orientation: int) -> bytes:
    """Return the photo as a camera saves it that is held that way: upright again after `orientation`."""
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # numbers of PIL's Transpose
    image = photo()
    if orientation in back:
        image = image.transpose(Image.Transpose(back[orientation]))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS)[0x1D] = "GPSSECRET"
    return encoded(image, exif=exif, quality=95)


def swapped_primaries() -> bytes:
    """Return a red JPEG with a profile of which red and green are exchanged, so that it is green."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)
    profile = profile.replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be")).replace(
        b"sRGB", b"odd!"
    )
    return encoded(Image.new("RGB", (64, 64), "red"), icc_profile=profile, quality=95)


def animated_webp(side: int = 4_000, frames: int = 60, drawn: int = 4_000) -> bytes:
    """Return frames of one colour: 16 megapixels each, in 40 kilobytes together. `drawn` is the real side."""
    still = encoded(Image.new("RGB", (drawn, drawn), "blue"), "WEBP", lossless=True)
    chunk = still[still.index(b"VP8L") :]
    side_bytes = (side - 1).to_bytes(3, "little")
    frame = bytes(6) + side_bytes * 2 + (100).to_bytes(3, "little") + b"\0" + chunk
    body = _riff(b"VP8X", b"\x02\0\0\0" + side_bytes * 2) + _riff(b"ANIM", bytes(6))
    return _riff(b"RIFF", b"WEBP" + body + _riff(b"ANMF", frame) * frames)


def _riff(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def animated_png(side: int = 4_000, frames: int = 60) -> bytes:
    """Return an APNG that has one frame and claims more."""
    still = encoded(Image.new("L", (side, side)), "PNG")
    at = still.index(b"IDAT") - 4
    control = _png(b"acTL", struct.pack(">II", frames, 0))
    frame = _png(b"fcTL", struct.pack(">IIIIIHHBB", 0, side, side, 0, 0, 1, 10, 0, 0))
    return still[:at] + control + frame + still[at:]


def blank_png(width: int, height: int, bits: int) -> bytes:
    """Return a black PNG of grey pixels."""
    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width * bits // 8 + 1) * height), 1)
    return b"\x89PNG\r\n\x1a\n" + _png(b"IHDR", head) + _png(b"IDAT", rows) + _png(b"IEND", b"")


def _png(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def many_scans(scans: int = 500) -> bytes:
    """Return a progressive JPEG that repeats its last scan."""
    body = encoded(photo(1_000, 1_000), progressive=True)
    last = body.rindex(b"\xff\xda")
    return body[:last] + body[last:-2] * scans + body[-2:]

"""Pictures: the first frame, upright and in sRGB, encoded again at four sizes. Nothing else of the file is kept."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageFile, ImageOps, PngImagePlugin, WebPImagePlugin

from . import colour, thumbhash
from .refusal import CORRUPT, TOO_MANY_PIXELS, Refused, Unsupported

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
LONGEST_SIDE = 12_000  # pixels
MOST_PIXELS = 40_000_000  # of all frames together
FULL, LARGE, MEDIUM, SMALL = 2_560, 1_280, 640, 160  # pixels of the longer side; SMALL is a square
PLACEHOLDER = 64  # pixels of the picture that the ThumbHash is made of
WEBP_QUALITY, JPEG_QUALITY = 80, 85
WEBP_METHOD = 2  # half the time of the default for 4 % more bytes
TURNS = {  # by EXIF's orientation
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION = 0x0112  # EXIF's tag


@dataclass(frozen=True)
class Written:
    """One file in the folder, as JSON names it."""

    variant: str
    name: str
    contentType: str  # noqa: N815 - as in the answer
    width: int
    height: int


class FirstFrame(WebPImagePlugin.WebPImageFile):
    """A WebP of which one frame is read: libwebp's two canvases are freed before Pillow makes the picture of it."""

    def _get_next(self) -> tuple[bytes, int, int]:
        found = super()._get_next()
        self._decoder = None  # 8 bytes a pixel
        return found


Image.register_open(FirstFrame.format, FirstFrame, WebPImagePlugin._accept)


def check(file: Path, content_type: str, folder: Path) -> dict[str, Any]:
    """Write the renditions of a picture; return its size in pixels, its ThumbHash and the files.

    Raises Refused, Unsupported, or anything that Pillow raises for a corrupt file.
    """
    Image.MAX_IMAGE_PIXELS = None  # Pillow only warns up to twice its limit; _check_size refuses
    PngImagePlugin.MAX_TEXT_MEMORY = 1024 * 1024
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if content_type not in FORMATS:
        raise Unsupported(content_type)
    try:
        return _checked(file, content_type, folder)
    except MemoryError as error:
        raise Refused(TOO_MANY_PIXELS, "no memory") from error


def _checked(file: Path, content_type: str, folder: Path) -> dict[str, Any]:
    if content_type == "image/webp":
        _check_size(*_webp_size(file), 1)  # libwebp allocates two canvases as soon as the file is opened
    with Image.open(file, formats=[FORMATS[content_type]]) as image:
        # Other frames of a JPEG (a second view, a gain map) are never decoded.
        _check_size(*image.size, getattr(image, "n_frames", 1) if content_type != "image/jpeg" else 1)
        width, height = image.size
        full = _prepared(image)
    if full.info.get("turned"):
        width, height = height, width
    full = colour.without_metadata(full)
    return {
        "width": width,
        "height": height,
        "placeholder": _placeholder(full),
        "files": [vars(written) for written in _write(full, folder)],
    }


def _check_size(width: int, height: int, frames: int) -> None:
    if not (
        0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE and width * height * frames <= MOST_PIXELS
    ):
        raise Refused(TOO_MANY_PIXELS, f"{width} × {height} × {frames}")


def _webp_size(file: Path) -> tuple[int, int]:
    """Return width and height from the header (RFC 9649). Raises Refused."""
    with file.open("rb") as opened:
        head = opened.read(30)
    if len(head) < 30:
        raise Refused(CORRUPT, "no header")
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF


def _prepared(image: Image.Image) -> Image.Image:
    """Return the picture at its largest rendition, upright, in sRGB; `info["turned"]` if its sides are exchanged."""
    orientation = _orientation(image)
    reduced = colour.resizable(image)
    reduced.thumbnail((FULL, FULL), Image.Resampling.LANCZOS, reducing_gap=2.0)
    found = colour.srgb(reduced, image.info.get("icc_profile"))
    if orientation in TURNS:
        found = found.transpose(TURNS[orientation])
    found.info["turned"] = orientation >= 5
    return found


def _orientation(image: Image.Image) -> int:
    """Return EXIF's or XMP's orientation, 1 to 8; 1 if it cannot be read: the pixels may still be right."""
    try:
        found = image.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - EXIF is a second file format inside of the first
        return 1
    return found if found in TURNS else 1


def _placeholder(full: Image.Image) -> str:
    small = full.convert("RGBA")
    small.thumbnail((PLACEHOLDER, PLACEHOLDER), reducing_gap=2.0)
    raw = small.tobytes()
    pixels = [(raw[i], raw[i + 1], raw[i + 2], raw[i + 3]) for i in range(0, len(raw), 4)]
    return base64.b64encode(thumbhash.encode(*small.size, pixels)).decode()


def _write(full: Image.Image, folder: Path) -> list[Written]:
    """Write all renditions; each is made of the one before, which is faster than of the first."""
    found = [_saved(full, "full", "webp", folder), _saved(full, "full_jpeg", "jpg", folder)]
    picture = full
    for variant, side in (("large", LARGE), ("medium", MEDIUM)):
        picture = picture.copy()
        picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
        found.append(_saved(picture, variant, "webp", folder))
    side = min(SMALL, *full.size)
    square = ImageOps.fit(full, (side, side), Image.Resampling.LANCZOS)
    found.append(_saved(square, "small", "webp", folder))
    return found


def _saved(picture: Image.Image, variant: str, extension: str, folder: Path) -> Written:
    name = f"{variant}.{extension}"
    if extension == "webp":
        picture.save(folder / name, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHOD)
        return Written(variant, name, "image/webp", *picture.size)
    opaque = colour.on_white(picture)
    opaque.save(folder / name, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return Written(variant, name, "image/jpeg", *picture.size)

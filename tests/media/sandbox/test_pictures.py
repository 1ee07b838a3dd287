"""Pictures in the sandbox: what is made of good ones, and the code that hostile ones get."""

from __future__ import annotations

import base64
import random
import zipfile
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from metaia.media.processing.child import Outcome
from tests.media.sandbox import pictures
from tests.media.sandbox.conftest import Check

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
MEGABYTE = 1024 * 1024
RENDITIONS = {"full", "full_jpeg", "large", "medium", "small"}


def opened(outcome: Outcome, variant: str = "full_jpeg") -> Image.Image:
    [made] = [made for made in outcome.files if made.variant == variant]
    return Image.open(made.path)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two pictures of one size, 0 to 255."""
    assert one.size == other.size
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


def test_a_large_photo_gets_five_renditions(check: Check) -> None:
    outcome = check("image", JPEG, pictures.encoded(pictures.photo(4_000, 3_000)))
    assert (outcome.refused, outcome.width, outcome.height) == (None, 4_000, 3_000)
    assert {made.variant: (made.width, made.height) for made in outcome.files} == {
        "full": (2_560, 1_920),
        "full_jpeg": (2_560, 1_920),
        "large": (1_280, 960),
        "medium": (640, 480),
        "small": (160, 160),
    }
    for made in outcome.files:
        with Image.open(made.path) as image:
            assert (image.size, image.get_format_mimetype()) == ((made.width, made.height), made.content_type)
    assert len(base64.b64decode(outcome.placeholder or "")) in range(15, 30)
    assert outcome.peak < 200 * MEGABYTE


@pytest.mark.parametrize("size", [(1, 1), (1, 12_000), (12_000, 1), (50, 40)])
def test_small_pictures_are_not_enlarged(check: Check, size: tuple[int, int]) -> None:
    outcome = check("image", PNG, pictures.encoded(Image.new("RGB", size), "PNG"))
    assert outcome.refused is None
    assert {made.variant for made in outcome.files} == RENDITIONS
    assert all(made.width <= size[0] and made.height <= size[1] for made in outcome.files)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_orientation_becomes_the_same_upright_picture(check: Check, orientation: int) -> None:
    outcome = check("image", JPEG, pictures.turned(orientation))
    assert (outcome.width, outcome.height) == (400, 300)
    assert difference(opened(outcome), pictures.photo()) < 3


def test_nothing_of_the_metadata_is_left(check: Check) -> None:
    body = pictures.private_photo()
    assert all(secret in body for secret in pictures.SECRETS)
    outcome = check("image", JPEG, body)
    assert {made.variant for made in outcome.files} == RENDITIONS
    for made in outcome.files:
        kept = made.path.read_bytes()
        assert not [
            word for word in (*pictures.SECRETS, b"Exif", b"EXIF", b"<script", b"ICC_") if word in kept
        ]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_modes_of_png_keep_their_look(check: Check, mode: str) -> None:
    expected = pictures.photo(mode="L" if mode == "I;16" else mode)
    image = expected
    if mode == "I;16":
        image = expected.convert("I").point(lambda value: value * 257).convert("I;16")
    elif mode == "P":
        image = expected = pictures.photo().quantize(200)
    outcome = check("image", PNG, pictures.encoded(image, "PNG"))
    assert difference(opened(outcome), expected.convert("RGB")) < 4


def test_cmyk_of_printers_is_not_inverted(check: Check) -> None:
    outcome = check(
        "image", JPEG, pictures.encoded(Image.new("CMYK", (90, 60), (0, 255, 255, 0)), quality=95)
    )
    red, green, blue = ImageStat.Stat(opened(outcome)).mean
    assert red > 200
    assert max(green, blue) < 60


def test_colours_follow_the_profile(check: Check) -> None:
    red, green, _ = ImageStat.Stat(opened(check("image", JPEG, pictures.swapped_primaries()))).mean
    assert green > 200 > 60 > red


def test_alpha_stays_in_webp_and_is_white_in_jpeg(check: Check) -> None:
    image = Image.new("RGBA", (300, 200), (255, 0, 0, 0))
    outcome = check("image", PNG, pictures.encoded(image, "PNG"))
    assert opened(outcome, "full").getchannel("A").getextrema() == (0, 0)
    assert min(ImageStat.Stat(opened(outcome)).mean) > 250


def test_an_animation_becomes_its_first_frame(check: Check) -> None:
    frames = [Image.new("RGB", (90, 60), colour) for colour in ("red", "blue")]
    body = pictures.encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100)
    red, _, blue = ImageStat.Stat(opened(check("image", WEBP, body))).mean
    assert red > 200 > 60 > blue


@pytest.mark.parametrize(
    ("content_type", "options"),
    [
        pytest.param(WEBP, {"format_": "WEBP", "method": 0}, id="WebP"),
        pytest.param(WEBP, {"format_": "WEBP", "method": 0, "lossless": True}, id="WebP without loss"),
        pytest.param(PNG, {"format_": "PNG", "transparency": (1, 2, 3)}, id="PNG with transparency"),
    ],
)
def test_40_megapixels_of_every_type_fit_into_the_memory(
    check: Check, content_type: str, options: dict[str, Any]
) -> None:
    """These need the most. Of WebP, Pillow keeps two canvases too many; image.py frees them (FirstFrame)."""
    image = Image.new("RGB", (7_300, 5_475), (200, 30, 30))
    outcome = check("image", content_type, pictures.encoded(image, **options))
    assert (outcome.refused, outcome.width, outcome.height) == (None, 7_300, 5_475)
    assert {made.width for made in outcome.files} == {2_560, 1_280, 640, 160}
    assert outcome.peak < 600 * MEGABYTE


def _with_zip(body: bytes) -> bytes:
    file = BytesIO(body)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("evil.class", b"evil")
    return file.getvalue()


GOOD = pictures.encoded(pictures.photo())
HOSTILE = {
    "169 megapixels": (PNG, lambda: pictures.blank_png(13_000, 13_000, 8), "too_many_pixels"),
    "400 megapixels of one bit": (PNG, lambda: pictures.blank_png(20_000, 20_000, 1), "too_many_pixels"),
    "a side too long": (PNG, lambda: pictures.blank_png(12_001, 1, 8), "too_many_pixels"),
    "60 frames of WebP": (WEBP, pictures.animated_webp, "too_many_pixels"),
    "a WebP of 268 megapixels": (
        WEBP,
        lambda: pictures.animated_webp(16_383, 1, drawn=16),
        "too_many_pixels",
    ),
    "60 frames of APNG": (PNG, pictures.animated_png, "too_many_pixels"),
    "nothing": (JPEG, lambda: b"", "empty"),
    "HTML": (JPEG, lambda: b"<html><script>alert(1)</script></html>", "corrupt"),
    "SVG": (PNG, lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "corrupt"),
    "another type": (PNG, lambda: GOOD, "corrupt"),
    "an unknown type": ("image/gif", lambda: GOOD, "unsupported_image"),
    "half": (JPEG, lambda: GOOD[: len(GOOD) // 2], "corrupt"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pictures_are_refused_with_their_code(check: Check, name: str) -> None:
    content_type, make, code = HOSTILE[name]
    outcome = check("image", content_type, make())
    assert (outcome.refused, outcome.files) == (code, [])
    assert outcome.peak < 200 * MEGABYTE


@pytest.mark.parametrize("body", [GOOD + b"<script>alert(1)</script>", _with_zip(GOOD)], ids=["HTML", "ZIP"])
def test_a_second_file_behind_a_picture_is_dropped(check: Check, body: bytes) -> None:
    outcome = check("image", JPEG, body)
    assert outcome.refused is None
    assert not [
        made for made in outcome.files if {b"<script", b"evil", b"PK"} & set(_words(made.path.read_bytes()))
    ]


def _words(body: bytes) -> list[bytes]:
    return [word for word in (b"<script", b"evil.class") if word in body]


def test_500_scans_end_within_the_limits(check: Check) -> None:
    outcome = check("image", JPEG, pictures.many_scans())
    assert outcome.refused in {None, "corrupt"}
    assert outcome.peak < 200 * MEGABYTE


FORMATS = {
    JPEG: GOOD,
    PNG: pictures.encoded(pictures.photo(60, 40), "PNG"),
    WEBP: pictures.encoded(pictures.photo(), "WEBP"),
}


def _refused_or_complete(outcome: Outcome) -> bool:
    return outcome.refused in {"corrupt", "empty", "too_many_pixels"} or len(outcome.files) == len(RENDITIONS)


@pytest.mark.parametrize("content_type", FORMATS)
@pytest.mark.parametrize(
    ("cuts", "flips"),
    [(3, 3), pytest.param(99, 0, marks=pytest.mark.fuzz), pytest.param(0, 334, marks=pytest.mark.fuzz)],
)
def test_truncated_and_flipped_pictures_are_refused_or_complete(
    check: Check, content_type: str, cuts: int, flips: int
) -> None:
    body = FORMATS[content_type]
    for number in range(1, cuts + 1):
        assert _refused_or_complete(check("image", content_type, body[: len(body) * number // (cuts + 1)]))
    chosen = random.Random(4)
    for _ in range(flips):
        flipped = bytearray(body)
        flipped[chosen.randrange(len(body))] ^= 1 << chosen.randrange(8)
        assert _refused_or_complete(check("image", content_type, bytes(flipped)))

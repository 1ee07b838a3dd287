"""Colours: any mode and profile to sRGB, with alpha where there is some."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

LARGEST_PROFILE = 4 * 1024 * 1024  # bytes; a CMYK profile of a printer has about one


def resizable(image: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be scaled without errors: no palette, 8 bits, alpha as a channel."""
    if image.mode.startswith("I"):  # 16 bits of grey; convert() would cut instead of scale
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data and image.mode not in ("RGBA", "LA"):
        return image.convert("RGBA")
    if image.mode in ("1", "P"):
        return image.convert("L" if image.mode == "1" else "RGB")
    return image


def srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB, as RGB or RGBA, by its ICC profile; one that cannot be used is ignored."""
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    colours = image.convert("L" if image.mode == "LA" else "RGB") if alpha else image
    found = _converted(colours, profile) or colours.convert("RGB")
    if alpha:
        found.putalpha(alpha)
    return found


def _converted(image: Image.Image, profile: bytes | None) -> Image.Image | None:
    if not profile or len(profile) > LARGEST_PROFILE:
        return None
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in (ImageCms.getProfileDescription(opened) or "").lower():
            return None
        return ImageCms.profileToProfile(image, opened, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None  # the profile is of another mode, or broken: browsers ignore it too


def without_metadata(image: Image.Image) -> Image.Image:
    """Return a new picture of the same pixels: Pillow saves what is in `info`, such as comments and profiles."""
    found = Image.new(image.mode, image.size)
    found.paste(image)
    return found


def on_white(image: Image.Image) -> Image.Image:
    """Return the picture without alpha, on white."""
    if image.mode != "RGBA":
        return image
    found = Image.new("RGB", image.size, "white")
    found.paste(image, mask=image.getchannel("A"))
    return found

"""Renditions: the files in a store that belong to one media object, as `media.renditions` keeps them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from metaia.core.json import Json
from metaia.media.kinds import KINDS

FULL, LARGE, MEDIUM, SMALL = "full", "large", "medium", "small"  # WebP; of images
FULL_JPEG = "full_jpeg"  # of images, for clients that read no WebP
ORIGINAL = "original"  # of documents and voice messages
THUMBNAILS = (SMALL, MEDIUM, LARGE)
SQUARE = SMALL  # cropped; all others have the proportions of the picture
EXTENSIONS = {type_: extension for kind in KINDS.values() for type_, extension in kind.types.items()}


@dataclass(frozen=True)
class Rendition:
    """One file in a store. `size` is in bytes, `width` and `height` of images are in pixels."""

    key: str
    content_type: str
    size: int
    width: int | None = None
    height: int | None = None


def key(prefix: str, variant: str, content_type: str) -> str:
    """Return the key of a rendition below its media object's `key`. Raises KeyError for a type that is never served."""
    return f"{prefix}/{variant}.{EXTENSIONS[content_type]}"


def load(stored: Mapping[str, Any] | None) -> dict[str, Rendition]:
    """Return the renditions of a row by variant; none while there are none."""
    return {variant: Rendition(**values) for variant, values in (stored or {}).items()}


def as_json(renditions: Mapping[str, Rendition]) -> Json:
    """Return the value of `media.renditions`."""
    return {variant: asdict(rendition) for variant, rendition in renditions.items()}

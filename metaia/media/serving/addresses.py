"""Addresses of the renditions of a media object."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from metaia.media import renditions
from metaia.media.queries import Media


@dataclass(frozen=True)
class Address:
    """Where a file is read; a private one until `expires_at`."""

    url: str
    expires_at: datetime | None


def address(media: Media, variant: str) -> Address:
    """Return the address of one rendition. Raises KeyError for a rendition that the object does not have."""
    stored = renditions.load(media.renditions)[variant]
    base = current_app.config["MEDIA_BASE_URL"] or current_app.config["PUBLIC_BASE_URL"]
    return Address(f"{base}/media/{stored.key}", None)

"""Queries and answers about addresses."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from metaia.core.http.fields import Id, Integer, Schema
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope
from metaia.media.schemas import Thumbnails

MOST_PIXELS = 12_000
MOST_IDS = 100
AUTO, WEBP, JPEG = "auto", "webp", "jpeg"
_pixels = validate.Range(min=1, max=MOST_PIXELS)


class Quality(fields.String):
    """`auto`, or a number from 1 to 100."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text == AUTO or (text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= 100):
            return text
        raise ValidationError("Must be auto, or a number from 1 to 100.")


class UrlQuery(Filters):
    """A box in pixels, and a format. The answer is the stored rendition that fits best: no other sizes are made."""

    width = Integer(load_default=None, validate=_pixels)
    height = Integer(load_default=None, validate=_pixels)
    fit = fields.String(load_default="contain", validate=validate.OneOf(("cover", "contain")))
    format = fields.String(load_default=AUTO, validate=validate.OneOf((AUTO, WEBP, JPEG)))
    quality = Quality(
        load_default=AUTO,
        metadata={"description": "accepted, and without effect: renditions have one quality"},
    )
    download = fields.Boolean(load_default=False)


class UrlsQuery(Filters):
    """Ids of media, separated by commas."""

    ids = fields.String(required=True, validate=validate.Length(max=MOST_IDS * 37))

    @post_load
    def split(self, data: Any, **_: Any) -> Any:
        """Load the list of ids. Raises ValidationError if one is no UUID, or if there are too many."""
        parts = [part.strip() for part in data["ids"].split(",")]
        if len(parts) > MOST_IDS:
            raise ValidationError({"ids": [f"At most {MOST_IDS} ids."]})
        field = Id()
        try:
            return {"ids": list(dict.fromkeys(field.deserialize(part) for part in parts))}
        except ValidationError:
            raise ValidationError({"ids": ["Each must be a UUID, separated by commas."]}) from None


_expires_at = fields.AwareDateTime(
    required=True, allow_none=True, metadata={"description": "null for public files"}
)
_url = fields.Url(required=True, require_tld=False)


class Addresses(Schema):
    """Fresh addresses of one media object, or the code of the error that its own route would answer."""

    id = fields.UUID(required=True)
    url = fields.Url(required=True, allow_none=True, require_tld=False)
    thumbnails = fields.Nested(Thumbnails, required=True, allow_none=True)
    url_expires_at = _expires_at
    error = fields.String(required=True, allow_none=True)


One = envelope("MediaAddress", url=_url, expires_at=_expires_at)
Many = envelope("MediaAddresses", urls=fields.List(fields.Nested(Addresses), required=True))
FILE = {"type": "string", "format": "binary"}

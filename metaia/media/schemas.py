"""Bodies, queries and answers about media; `presenters.py` fills the answers."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Schema
from metaia.media.kinds import FOLDERS, KINDS, PRIVATE, PUBLIC
from metaia.media.state import MACHINE

_kind = validate.OneOf(tuple(KINDS))
_folder = validate.OneOf(tuple(FOLDERS))
_status = validate.OneOf(MACHINE.states)


class MediaState(Schema):
    """A media object as every viewer sees it, without addresses: they end soon, and events live longer."""

    id = fields.UUID(required=True)
    owner_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=_kind)
    folder = fields.String(required=True, validate=_folder)
    visibility = fields.String(required=True, validate=validate.OneOf((PUBLIC, PRIVATE)))
    status = fields.String(required=True, validate=_status)
    reason = fields.String(
        required=True, allow_none=True, metadata={"description": "the error code of a rejected file"}
    )
    content_type = fields.String(required=True)
    filename = fields.String(required=True)
    alt = fields.String(
        required=True, allow_none=True, metadata={"description": "a text that replaces a picture"}
    )
    size = fields.Integer(required=True, allow_none=True, metadata={"description": "bytes, as uploaded"})
    width = fields.Integer(required=True, allow_none=True, metadata={"description": "pixels, upright"})
    height = fields.Integer(required=True, allow_none=True)
    duration = fields.Float(
        required=True, allow_none=True, metadata={"description": "seconds, measured by the server"}
    )
    placeholder = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "a ThumbHash in base64, to show while loading"},
    )
    attached_to = fields.List(
        fields.String(), required=True, metadata={"description": "subjects, such as `order-{id}`"}
    )
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "the file is deleted then, unless it is attached to something before"},
    )
    deleted_everywhere_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "no store has bytes of the file since then"}
    )


def _address() -> fields.Url:
    return fields.Url(required=True, allow_none=True, require_tld=False)


class Thumbnails(Schema):
    """Addresses of a picture's smaller renditions: 160 px square, at most 640 px, at most 1280 px."""

    small = _address()
    medium = _address()
    large = _address()


class MediaOut(MediaState):
    """A media object with addresses of its files, and what its reader may do next."""

    url = fields.Url(
        required=True,
        allow_none=True,
        require_tld=False,
        metadata={"description": "null unless the status is ready"},
    )
    url_expires_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "null for public files"}
    )
    thumbnails = fields.Nested(Thumbnails, required=True, allow_none=True)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(MACHINE.actions)), required=True)

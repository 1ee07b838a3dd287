"""Bodies, queries and answers about media; `presenters.py` fills the answers."""

from __future__ import annotations

from marshmallow import fields, validate
from webargs.fields import DelimitedList

from metaia.core.http.fields import Id, Integer, Schema, Text, Version
from metaia.core.http.pagination import Filters, PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas
from metaia.media.kinds import FOLDERS, KINDS, PRIVATE, PUBLIC
from metaia.media.queries import SORTABLE
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


class ListQuery(PageQuery):
    kind = fields.String(validate=_kind)
    folder = fields.String(validate=_folder)
    status = DelimitedList(
        fields.String(validate=_status), metadata={"description": "by default all but deleted ones"}
    )
    attached = fields.Boolean(metadata={"description": "whether the file is attached to anything"})
    owner_id = Id(metadata={"description": "for staff: only files of this user"})
    q = Text(100, metadata={"description": "a part of the filename"})
    sort = sort_field(tuple(SORTABLE), "-createdAt")


class DeleteQuery(Filters):
    force = fields.Boolean(
        load_default=False, metadata={"description": "delete the file although it is attached to something"}
    )


class ChangeMedia(Schema):
    """The parts of a media object that its owner can change."""

    alt = Text(500, allow_none=True)
    filename = Text(200, metadata={"description": "characters that files may not have are removed"})
    folder = fields.String(
        validate=_folder,
        metadata={"description": "one of the same visibility: addresses of public files do not end"},
    )
    expected_version = Version(load_default=None)


class ModerateMedia(Schema):
    expected_version = Version(load_default=None)
    reason = Text(500, load_default=None, allow_none=True)


class UploadLimits(Schema):
    limit = Integer(required=True, allow_none=True, validate=validate.Range(min=0, max=2**50))
    files_limit = Integer(required=True, allow_none=True, validate=validate.Range(min=0, max=2**31 - 1))


class UsageOut(Schema):
    """How much a user stores and may store; `bytes` and `limit` are in bytes."""

    bytes = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    files = fields.Integer(required=True)
    files_limit = fields.Integer(required=True)
    unattached = fields.Integer(
        required=True, metadata={"description": "files that are deleted unless they are attached"}
    )
    unattached_limit = fields.Integer(required=True)


class MediaConflict(Schema):
    """The `details` of a 409 about a file: its current state without addresses, and what its reader may do with it."""

    status = fields.String(required=True, validate=_status)
    version = fields.Integer(required=True)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(MACHINE.actions)), required=True)
    media = fields.Nested(MediaOut, required=True)


_media = fields.Nested(MediaOut, required=True)
OneMedia = envelope("OneMedia", media=_media)
ManyMedia = envelope("ManyMedia", meta=Meta, media=fields.List(_media, required=True))
OneUsage = envelope("OneUsage", usage=fields.Nested(UsageOut, required=True))
Conflict = error_schemas.conflict(MediaConflict)

"""Bodies, queries and answers of direct uploads."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Float, Integer, Schema, Text
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope
from metaia.media.kinds import DEFAULT_FOLDER, FOLDERS, KINDS, PRIVATE, PUBLIC
from metaia.media.schemas import MediaOut

MOST_SECONDS = 10
EXAMPLE = {
    "kind": "image",
    "folder": "general",
    "filename": "menu.jpg",
    "contentType": "image/jpeg",
    "size": 245_113,
}


def _sha256() -> fields.String:
    return fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"[0-9a-f]{64}\Z"),
        metadata={
            "pattern": "^[0-9a-f]{64}$",
            "description": "of the bytes, in lower-case hexadecimal digits; other bytes are rejected",
        },
    )


class Sign(Schema):
    """A file that the client is about to send to the store."""

    kind = fields.String(required=True, validate=validate.OneOf(tuple(KINDS)))
    folder = fields.String(load_default=DEFAULT_FOLDER, validate=validate.OneOf(tuple(FOLDERS)))
    visibility = fields.String(load_default=None, allow_none=True, validate=validate.OneOf((PUBLIC, PRIVATE)))
    filename = Text(200, required=True)
    alt = Text(500, load_default=None, allow_none=True)
    content_type = Text(100, required=True)
    size = Integer(
        required=True,
        validate=validate.Range(min=1, max=2**40),
        metadata={"description": "bytes; the store accepts exactly so many"},
    )
    sha256 = _sha256()


class Complete(Schema):
    """What the client has sent. The body may be left out."""

    sha256 = _sha256()


class WaitQuery(Filters):
    """How long the answer may wait for the processing of the file."""

    wait = Float(load_default=0.0, validate=validate.Range(min=0, max=MOST_SECONDS))


class Upload(Schema):
    """What the client sends: `method` to `url` with `headers`; with `fields`, a form of them and the file in `file`."""

    method = fields.String(required=True, validate=validate.OneOf(("PUT", "POST")))
    url = fields.Url(required=True, require_tld=False)
    headers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    fields_ = fields.Dict(keys=fields.String(), values=fields.String(), required=True, data_key="fields")
    expires_at = fields.AwareDateTime(required=True)


Signed = envelope(
    "SignedUpload",
    media=fields.Nested(MediaOut, required=True),
    upload=fields.Nested(Upload, required=True),
)
Completed = envelope("CompletedUpload", media=fields.Nested(MediaOut, required=True))

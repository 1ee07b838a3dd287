"""Queries, fields and answers of uploads."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Float, Schema, Text
from metaia.core.http.pagination import Filters
from metaia.core.json import Json
from metaia.media.kinds import DEFAULT_FOLDER, FOLDERS, KINDS, PRIVATE

BINARY = {"type": "string", "format": "binary"}
LONGEST_WAIT, DEFAULT_WAIT = 10, 5  # seconds
FIELDS: Json = {
    "folder": {"type": "string", "enum": list(FOLDERS), "default": DEFAULT_FOLDER},
    "alt": {"type": "string", "maxLength": 500, "description": "a text that replaces a picture"},
    "visibility": {
        "type": "string",
        "enum": [PRIVATE],
        "description": "keeps a picture of a public folder private",
    },
    "duration": {"type": "string", "description": "ignored: the server measures the length of recordings"},
}


class Fields(Schema):
    """The other fields of an upload, as form fields or in the query."""

    folder = fields.String(load_default=DEFAULT_FOLDER, validate=validate.OneOf(tuple(FOLDERS)))
    alt = Text(500, load_default=None)
    visibility = fields.String(load_default=None, validate=validate.OneOf((PRIVATE,)))
    duration = fields.String(load_default=None)


class UploadQuery(Filters):
    wait = Float(
        load_default=DEFAULT_WAIT,
        validate=validate.Range(min=0, max=LONGEST_WAIT),
        metadata={"description": "seconds for which the answer waits until the file is processed"},
    )
    folder = fields.String(
        validate=validate.OneOf(tuple(FOLDERS)),
        metadata={"description": f"of a file that is the body itself; {DEFAULT_FOLDER} by default"},
    )
    filename = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"description": "of a file that is the body itself"},
    )


def content(kind: str) -> Json:
    """Return the documented bodies of the route of a kind: a form with one file, or the bytes of the file."""
    form = {"type": "object", "required": ["file"], "properties": {"file": BINARY, **FIELDS}}
    return {"multipart/form-data": {"schema": form}} | {
        type_: {"schema": BINARY} for type_ in KINDS[kind].types
    }

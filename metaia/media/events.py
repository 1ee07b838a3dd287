"""Event types of media."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.fields import Schema
from metaia.media.schemas import MediaState
from metaia.realtime.catalogue import EventType


class UploadUpdated(Schema):
    """`upload:updated`. It has no addresses: `GET /api/upload/{id}` gives fresh ones to readers with access."""

    media = fields.Nested(MediaState, required=True)


EVENTS = (
    EventType(
        "upload.updated",
        "upload:updated",
        UploadUpdated,
        "A file was received, processed, changed or deleted.",
        "the file's owner; clients that follow what it is attached to, once it is ready, rejected, hidden or deleted",
    ),
)

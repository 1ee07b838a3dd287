"""The events of accounts, for the catalogue."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.fields import Schema
from metaia.realtime.catalogue import EventType


class SessionEnded(Schema):
    session_id = fields.UUID(required=True)
    because = fields.String(required=True)


EVENTS = (
    EventType(
        "session.ended",
        None,
        SessionEnded,
        "A session ended.",
        "every process, to refuse its tokens and close its sockets",
    ),
)

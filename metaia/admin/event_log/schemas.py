"""Query and answer of the event log."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Integer, Moment, Schema, Text
from metaia.core.http.pagination import Filters
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi.answer_fields import OpenObject


class EventsQuery(Filters):
    type = Text(120, metadata={"description": "as it is stored (`order.updated`), or as clients get it"})
    subject = Text(80)
    actor = Text(64)
    room = Text(200)
    request_id = Text(64)
    from_ = Moment(data_key="from")
    to = Moment()
    limit = Integer(load_default=20, validate=validate.Range(min=1, max=100))
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(max=512),
        metadata={"description": "`meta.nextCursor`, or the `cursor` of an event: only events before it"},
    )


class LoggedEvent(Schema):
    """An event of the log, as it was recorded: without what each viewer sees differently."""

    event_id = fields.UUID(required=True)
    cursor = fields.String(required=True)
    type = fields.String(required=True)
    wire = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "its name for clients; null if no client gets it"},
    )
    subject = fields.String(required=True, allow_none=True)
    actor = fields.String(required=True, allow_none=True)
    request_id = fields.String(required=True, allow_none=True)
    rooms = fields.List(fields.String(), required=True)
    created_at = fields.AwareDateTime(required=True)
    payload = OpenObject("EventPayload", "what was recorded, by `type`", required=True)


ManyEvents = envelope(
    "LoggedEvents", meta=Meta, events=fields.List(fields.Nested(LoggedEvent), required=True)
)

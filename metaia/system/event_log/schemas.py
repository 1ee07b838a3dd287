"""Queries and answers of the event log."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import Integer, Moment, Schema, Text
from metaia.core.http.pagination import Filters
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi.answer_fields import OpenObject
from metaia.realtime.log.store import LONGEST_CURSOR


def _cursor(description: str) -> fields.String:
    return fields.String(
        load_default=None,
        validate=validate.Length(max=LONGEST_CURSOR),
        metadata={"description": description},
    )


class _Revealing(Filters):
    reveal = fields.Boolean(
        load_default=False,
        metadata={"description": "personal fields too; needs a `reason`, which is in the audit log"},
    )
    reason = Text(300, shortest=3, load_default=None)

    @validates_schema
    def with_reason(self, data: dict[str, Any], **_: Any) -> None:
        """Personal data needs a reason."""
        if data["reveal"] and data["reason"] is None:
            raise ValidationError("State why you need personal data.", "reason")


class _EventFilters(_Revealing):
    type = Text(120, metadata={"description": "as it is stored (`order.updated`), or as clients get it"})
    subject = Text(80)
    room = Text(200)
    request_id = Text(64)
    from_ = Moment(data_key="from")
    to = Moment()
    limit = Integer(load_default=20, validate=validate.Range(min=1, max=100))


class EventsQuery(_EventFilters):
    actor = Text(64)
    cursor = _cursor("`meta.nextCursor`, or the `cursor` of an event: only events before it")


class SystemEventsQuery(_EventFilters):
    """Without `after` and `before`: the newest events."""

    actor_id = Text(64)
    after = _cursor(
        "`meta.nextCursor`, or the `cursor` of an event: only events after it, the oldest of them"
    )
    before = _cursor("`meta.previousCursor`, or the `cursor` of an event: only events before it")

    @validates_schema
    def one_direction(self, data: dict[str, Any], **_: Any) -> None:
        """A page goes one way."""
        if data["after"] is not None and data["before"] is not None:
            raise ValidationError("Leave it out where `after` is given.", "before")


class LoggedEvent(Schema):
    """An event of the log, as it was recorded: without what each viewer sees differently.

    Personal fields and texts of its payload are `[hidden]`, unless `reveal` was asked for.
    """

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


class BothWays(Meta):
    """`nextCursor` is the `after` of the next call, also at the end of the log; `previousCursor` a `before`."""

    previous_cursor = fields.String(required=True, allow_none=True)


class EventTypeOut(Schema):
    """A type of event. `properties` are the names in its payload."""

    type = fields.String(required=True)
    wire = fields.String(required=True, allow_none=True)
    summary = fields.String(required=True)
    audience = fields.String(required=True)
    properties = fields.List(fields.String(), required=True)


_events = fields.List(fields.Nested(LoggedEvent), required=True)
ManyEvents = envelope("LoggedEvents", meta=Meta, events=_events)
SystemEvents = envelope("SystemEvents", meta=BothWays, events=_events)
EventTypes = envelope("EventTypes", types=fields.List(fields.Nested(EventTypeOut), required=True))

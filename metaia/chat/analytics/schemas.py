"""Query and answer of the figures about chat."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import Id, Moment, Schema
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope

MOST_DAYS = 400
UNITS = ("day", "week")
_PERIOD = {"description": "its first day in FINANCE_TIMEZONE; null for the whole time"}


class ChatFiguresQuery(Filters):
    from_ = Moment(data_key="from", required=True)
    to = Moment(required=True, metadata={"description": f"excluded; at most {MOST_DAYS} days later"})
    group_by = fields.String(load_default="day", validate=validate.OneOf(UNITS))

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        """The times are in order, and not too far apart."""
        if not 0 < (data["to"] - data["from_"]).total_seconds() <= MOST_DAYS * 86_400:
            raise ValidationError(f"Must be after `from`, by at most {MOST_DAYS} days.", "to")


class AllChatFiguresQuery(ChatFiguresQuery):
    user_id = Id(load_default=None, metadata={"description": "by default all users"})


class ResponsesOut(Schema):
    """How soon messages were answered, in seconds; null where there is no answer."""

    number = fields.Integer(required=True)
    median = fields.Float(required=True, allow_none=True)
    p90 = fields.Float(required=True, allow_none=True)
    within_five_minutes = fields.Float(
        required=True, allow_none=True, metadata={"description": "the share of the answers"}
    )


class ChatFiguresOut(Schema):
    """Figures of a period. Groups do not count. Of all users, `messagesIn` are those of customers."""

    period = fields.Date(required=True, allow_none=True, metadata=_PERIOD)
    opened = fields.Integer(required=True)
    active = fields.Integer(required=True, metadata={"description": "conversations with a message"})
    messages_in = fields.Integer(required=True)
    messages_out = fields.Integer(required=True)
    first_responses = fields.Nested(ResponsesOut, required=True)
    responses = fields.Nested(ResponsesOut, required=True)
    unanswered = fields.Integer(
        required=True, metadata={"description": "conversations that have waited since then and still wait"}
    )


ChatFigures = envelope(
    "ChatFigures",
    total=fields.Nested(ChatFiguresOut, required=True),
    periods=fields.List(fields.Nested(ChatFiguresOut), required=True),
)

"""Query and answer of the figures about chat."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Id, Schema
from metaia.core.http.pagination import Period
from metaia.core.http.views import envelope

UNITS = ("day", "week")
_PERIOD = {"description": "its first day in FINANCE_TIMEZONE; null for the whole time"}


class ChatFiguresQuery(Period):
    group_by = fields.String(load_default="day", validate=validate.OneOf(UNITS))


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

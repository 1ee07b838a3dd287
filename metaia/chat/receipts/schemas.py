"""Bodies, socket messages and answers about receipts."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, pre_load, validate

from metaia.chat.fields import STATUSES
from metaia.core.http.fields import Id, Integer, Schema
from metaia.core.http.views import envelope, raw_envelope

MOST = 100  # conversations in one message
HIGHEST = 2**53 - 1  # JavaScript has no higher integers
EXAMPLE = {"conversationId": "01a1f86b-752e-753f-ab3a-936f1e472418", "seq": 12}


class MineShown(Schema):
    """A user's own mark. `unread` counts up to the message `lastSeq`."""

    read_seq = fields.Integer(required=True)
    unread = fields.Integer(required=True)
    unread_more = fields.Boolean(required=True, metadata={"description": "there are more than `unread`"})
    last_seq = fields.Integer(
        required=True,
        metadata={"description": "add the messages of others after it that you have received already"},
    )


class Seq(Integer):
    """The `seq` of a message; a higher one than the last counts as the last."""

    def __init__(self, lowest: int = 0) -> None:
        super().__init__(required=True, validate=validate.Range(lowest, HIGHEST))


class ReadUpTo(Schema):
    seq = Seq()


class UnreadFrom(Schema):
    seq = Seq(1)


class ReadMany(Schema):
    ids = fields.List(Id(), required=True, validate=validate.Length(1, MOST))


class DeliveredUpTo(Schema):
    id = Id(required=True)
    seq = Seq()

    @pre_load
    def named(self, data: Any, **_: Any) -> Any:
        """Accept `conversationId` for `id`, as other messages over sockets have it."""
        if not isinstance(data, dict) or "id" in data or "conversationId" not in data:
            return data
        return {"id" if key == "conversationId" else key: value for key, value in data.items()}


class DeliveredMany(Schema):
    conversations = fields.List(
        fields.Nested(DeliveredUpTo), required=True, validate=validate.Length(1, MOST)
    )


class ReadInSocket(ReadUpTo):
    conversation_id = Id(required=True)


class Confirmed(Schema):
    """The number of marks that were taken; they are written and published together, soon."""

    conversations = fields.Integer(required=True)


class BadgeOut(Schema):
    """What is unread in all conversations; of each, at most 100 messages are counted."""

    conversations = fields.Integer(required=True)
    messages = fields.Integer(required=True)
    more = fields.Boolean(required=True)


class MessageReceiptOut(Schema):
    """The status of a message with one participant."""

    user_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))


Mine = raw_envelope("ChatMark", fields.Nested(MineShown, required=True))
ManyRead = envelope("ChatManyRead", conversations=fields.Integer(required=True))
Taken = raw_envelope("ChatDelivered", fields.Nested(Confirmed, required=True))
Unread = raw_envelope("ChatUnread", fields.Nested(BadgeOut, required=True))
Receipts = envelope("ChatReceipts", receipts=fields.List(fields.Nested(MessageReceiptOut), required=True))

"""Bodies, queries and answers of conversations."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from webargs.fields import DelimitedList

from metaia.chat.conversations.queries import SORTABLE
from metaia.chat.fields import MessageOut
from metaia.chat.history.schemas import ChangesMeta
from metaia.chat.messages.schemas import SendMessage
from metaia.chat.participants.schemas import ConversationShown
from metaia.chat.policy import ACTIONS
from metaia.chat.state import GROUP, KINDS, NOTIFY, STATUSES, SUPPORT
from metaia.core.http.fields import Id, Moment, Schema, Text, Version
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope

THINGS = ("order_id", "offer_id", "booking_id", "deal_id")  # a deal can be named by any of them


class BeginConversation(Schema):
    """With a user (`participantId`), about a deal, with support, or a group."""

    kind = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf((SUPPORT, GROUP)),
        metadata={"description": "the kinds that need no other field to tell them"},
    )
    participant_id = Id()
    order_id = Id(metadata={"description": "with `kind: support`, what it is about"})
    offer_id = Id()
    booking_id = Id()
    deal_id = Id()
    topic = Text(200, metadata={"description": "with `kind: support`"})
    title = Text(200, metadata={"description": "with `kind: group`"})
    participant_ids = fields.List(
        Id(), validate=validate.Length(1, 499), metadata={"description": "with `kind: group`"}
    )
    message = fields.Nested(SendMessage, load_default=None, allow_none=True)

    @validates_schema
    def one_way(self, data: dict[str, Any], **_: Any) -> None:
        """The fields of exactly one way to begin are given."""
        given = data.keys() - {"kind", "message"}
        match data["kind"]:
            case "group":
                if given != {"title", "participant_ids"}:
                    raise ValidationError("A group has `title` and `participantIds`.", "kind")
            case "support":
                if given - {"topic", "order_id"}:
                    raise ValidationError("Only `topic` and `orderId` go with support.", "kind")
            case _:
                if len(given) != 1 or not given & {"participant_id", *THINGS}:
                    raise ValidationError(
                        "Give one of `participantId`, `orderId`, `offerId`, `bookingId`, `dealId`, or a `kind`."
                    )


class RenameConversation(Schema):
    title = Text(200, required=True)
    expected_version = Version(load_default=None)


class SetMine(Schema):
    """What is only for me; fields that are left out stay."""

    muted_until = Moment(allow_none=True)
    notify = fields.String(validate=validate.OneOf(NOTIFY))
    pinned = fields.Boolean()
    archived = fields.Boolean()


class ConversationsQuery(PageQuery):
    kind = DelimitedList(fields.String(validate=validate.OneOf(KINDS)))
    status = fields.String(validate=validate.OneOf(STATUSES))
    unread = fields.Boolean()
    archived = fields.Boolean(metadata={"description": "by default both"})
    deal_id = Id()
    q = Text(100, metadata={"description": "a part of a title, or of a participant's name"})
    sort = sort_field(tuple(SORTABLE), "-lastMessageAt")


class MineOut(Schema):
    """What only I see of my place in a conversation."""

    read_seq = fields.Integer(required=True)
    muted_until = fields.AwareDateTime(required=True, allow_none=True)
    notify = fields.String(required=True, validate=validate.OneOf(NOTIFY))
    pinned = fields.Boolean(required=True)
    archived = fields.Boolean(required=True)
    cleared_seq = fields.Integer(required=True)


class ConversationOut(ConversationShown):
    """A conversation for one viewer. Without a place in it, `mine` and `lastMessage` are null."""

    last_message = fields.Nested(MessageOut, required=True, allow_none=True)
    unread = fields.Integer(required=True)
    unread_more = fields.Boolean(required=True, metadata={"description": "there are more than `unread`"})
    mine = fields.Nested(MineOut, required=True, allow_none=True)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(ACTIONS)), required=True)


EXAMPLE = {"participantId": "01a1f86b-752e-753f-ab3a-936f1e472418"}
One = envelope("OneConversation", conversation=fields.Nested(ConversationOut, required=True))
Many = envelope(
    "ManyConversations",
    meta=Meta,
    conversations=fields.List(fields.Nested(ConversationOut), required=True),
)
Changed = envelope(
    "ChatChanges",
    meta=ChangesMeta,
    conversation=fields.Nested(ConversationOut, required=True),
    messages=fields.List(fields.Nested(MessageOut), required=True),
)

"""The event type of receipts."""

from __future__ import annotations

from marshmallow import fields

from metaia.chat.receipts.schemas import MineShown
from metaia.core.access.actor import Actor
from metaia.core.http.fields import Schema
from metaia.realtime.catalogue import EventType, Payload

OWN, OTHERS = "own", "others"


class ChatStatus(Schema):
    """`chat:status`: up to where a user has read a conversation and got its messages; `mine` for oneself only."""

    conversation_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    delivered_seq = fields.Integer(required=True)
    read_seq = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    mine = fields.Nested(MineShown)


class OwnAndOthers:
    """Renders two packets: one's own devices see `mine` too."""

    def key(self, payload: Payload, actor: Actor) -> str:
        """Return whether the viewer is the user that the event is about."""
        return OWN if actor.id == payload["userId"] else OTHERS

    def show(self, payload: Payload, key: str) -> Payload:
        """Return the payload, for others without `mine`."""
        return payload if key == OWN else {name: each for name, each in payload.items() if name != "mine"}


EVENT = EventType(
    "chat.status",
    "chat:status",
    ChatStatus,
    "A user has read a conversation, or got its messages.",
    "one's own devices, and outside of groups the other participants, unless receipts are hidden",
    OwnAndOthers(),
)

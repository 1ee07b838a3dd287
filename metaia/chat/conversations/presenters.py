"""Conversations as one viewer sees them."""

from __future__ import annotations

from dataclasses import dataclass

from metaia.chat import policy
from metaia.chat.conversations.queries import Listed
from metaia.chat.conversations.schemas import MineOut
from metaia.chat.participants import presenters
from metaia.chat.participants.presenters import Seen
from metaia.chat.participants.queries import Named
from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json

_mine = presenter(MineOut)


@dataclass(frozen=True, slots=True)
class Around:
    """What a viewer sees of a conversation in addition to its row."""

    people: list[Named]
    active: int
    seen: Seen
    last_message: Json | None
    unread: int
    more: bool


def conversation(this: Listed, around: Around, actor: Actor) -> Json:
    """Return a conversation as `ConversationOut`."""
    mine = this.mine
    return presenters.conversation(this.conversation, around.people, around.active, around.seen) | {
        "lastMessage": around.last_message,
        "unread": around.unread,
        "unreadMore": around.more,
        "mine": None if mine is None else _mine(mine),
        "allowedActions": policy.allowed_actions(this.conversation, mine, actor),
    }

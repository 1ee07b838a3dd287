"""Conversations as one viewer sees them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from metaia.chat import policy
from metaia.chat.conversations.queries import Listed
from metaia.chat.conversations.schemas import MineOut
from metaia.chat.participants import presenters
from metaia.chat.participants.presenters import Seen
from metaia.chat.participants.queries import Named
from metaia.chat.queries import Participant
from metaia.chat.state import GROUP
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


def as_left(listed: Listed, place: Participant, left_at: datetime, around: Around) -> tuple[Listed, Around]:
    """Return what a former participant sees of a conversation: nothing that others have changed since `left_at`.

    The people in `around` are those of that time. `status` and `version` are those of now. Titles and owners of groups,
    and assignees, change, and are left out.
    """
    this = listed.conversation
    group = this.kind == GROUP
    conversation = replace(
        this,
        last_seq=place.last_visible(this.last_seq),
        updated_at=min(this.updated_at, left_at),
        title=None if group else this.title,
        owner_id=None if group else this.owner_id,
        assignee_id=None,
    )
    people = [_before(left_at, each) for each in around.people]
    seen = Seen(around.seen.known, {each.participant.user_id for each in people})
    return Listed(conversation, place), replace(around, people=people, seen=seen)


def _before(moment: datetime, this: Named) -> Named:
    """Return a participant as it was until a moment."""
    left_at = this.participant.left_at
    if left_at is None or left_at <= moment:
        return this
    return replace(this, participant=replace(this.participant, left_at=None))


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

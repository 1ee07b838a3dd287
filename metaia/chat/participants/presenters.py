"""Participants, and what all of them see of a conversation, as JSON."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from metaia.chat import policy
from metaia.chat.participants.queries import Named
from metaia.chat.participants.schemas import ConversationShown
from metaia.chat.queries import Conversation
from metaia.chat.state import GROUP
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.times import rfc3339

_plain = presenter(ConversationShown, without=["participants", "participant_count"])
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a viewer sees of others: whole names of those `known`, no marks of those `hidden`."""

    known: Collection[str] = NOBODY
    hidden: Collection[str] = NOBODY


def participant(this: Named, conversation: Conversation, seen: Seen) -> Json:
    """Return a participant of a conversation."""
    place = this.participant
    known = place.user_id in seen.known or conversation.by_order
    marks = conversation.kind != GROUP and place.user_id not in seen.hidden
    return {
        "userId": place.user_id,
        "role": place.role,
        "name": policy.shown_name(this.name or None, place.role, known=known),
        "joinedAt": rfc3339(place.joined_at),
        "leftAt": rfc3339(place.left_at),
        "deliveredSeq": place.delivered_seq if marks else None,
        "readSeq": place.seen_seq if marks else None,
    }


def conversation(this: Conversation, people: Sequence[Named], active: int, seen: Seen) -> Json:
    """Return a conversation as `ConversationShown`; `active` is the number of all active participants."""
    shown = [participant(each, this, seen) for each in people]
    return _plain(this) | {"participants": shown, "participantCount": active}

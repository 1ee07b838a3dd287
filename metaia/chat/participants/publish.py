"""Publishing a change of a conversation that is no message: one version, and one event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from metaia.chat import publish
from metaia.chat.participants import presenters
from metaia.chat.participants import queries as participant_queries
from metaia.chat.participants.presenters import Seen
from metaia.chat.participants.state import ESCALATED
from metaia.chat.queries import Conversation
from metaia.chat.state import GROUP, SUPPORT
from metaia.core import rooms
from metaia.core.access.permissions import SUPPORT as SUPPORT_ROLE


def changed(
    conversation: Conversation, change: str, *, user_id: str | None = None, **values: Any
) -> Conversation:
    """Write `values` and record the event `chat:conversation` of a row-locked conversation; return it after that.

    Its active participants receive the event, the user that the change is about, and the support team for
    conversations of support and for calls for support.
    """
    after = publish.next_version(conversation, **values)
    record(after, change, user_id=user_id)
    return after


def record(conversation: Conversation, change: str, *, user_id: str | None = None) -> None:
    """Record the event of a change that is written already."""
    people, active = participant_queries.shown({conversation.id: None})[conversation.id]
    present = [each.participant.user_id for each in people if each.participant.active]
    hidden = {each.participant.user_id for each in people}  # not all that hear the event may see their marks
    shown = presenters.conversation(conversation, people, active, Seen(hidden=hidden))
    also = _also(conversation, change, user_id, present)
    publish.conversation_changed(conversation, present, shown, change, user_id=user_id, also=also)


def _also(conversation: Conversation, change: str, user_id: str | None, present: Iterable[str]) -> list[str]:
    listed = {user_id} - set(present) if conversation.kind != GROUP else {user_id}
    also = [rooms.user(each) for each in listed if each]
    if conversation.kind == SUPPORT or change == ESCALATED:
        also.append(rooms.role(SUPPORT_ROLE))
    return also

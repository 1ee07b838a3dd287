"""The user that waits for an answer in a conversation. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from metaia.chat.state import DIRECT, GROUP, SUPPORT
from metaia.core.access.permissions import CUSTOMER, PARTNERS


class Waiting(NamedTuple):
    """The user that has to answer, since when; and how long the other side waited for this message."""

    waiting_for: str | None
    waiting_since: datetime | None
    response_seconds: int | None


class Conversation(Protocol):
    """The part of a conversation that decides about it."""

    @property
    def kind(self) -> str: ...
    @property
    def direct_key(self) -> str | None: ...
    @property
    def owner_id(self) -> str | None: ...
    @property
    def assignee_id(self) -> str | None: ...
    @property
    def waiting_for(self) -> str | None: ...
    @property
    def waiting_since(self) -> datetime | None: ...


def after_message(
    conversation: Conversation, sender_id: str, people: Mapping[str, str] | None, moment: datetime
) -> Waiting:
    """Return the state after a message of `sender_id`; `people` are the roles of the active participants.

    Groups have no such state. Couriers and staff in a deal, and staff that joined a direct conversation, neither wait
    nor answer. In support `waiting_for` is the assignee, or None while there is none.
    """
    unchanged = Waiting(conversation.waiting_for, conversation.waiting_since, None)
    if people is None or conversation.kind == GROUP:
        return unchanged
    by_staff = conversation.kind == SUPPORT and sender_id != conversation.owner_id
    sides = _sides(conversation, people)
    if not by_staff and sender_id not in sides:
        return unchanged
    if by_staff:
        other, answers = conversation.owner_id, conversation.waiting_for != conversation.owner_id
    elif conversation.kind == SUPPORT:
        other, answers = conversation.assignee_id, conversation.waiting_for == sender_id
    else:
        other = min((each for each in sides if each != sender_id), default=None)
        answers = conversation.waiting_for == sender_id
    since = conversation.waiting_since
    if since is None:
        return Waiting(other, moment, None)
    if not answers:  # in support the assignee may have changed since then
        return Waiting(other, since, None) if conversation.kind == SUPPORT else unchanged
    return Waiting(other, moment, max(0, round((moment - since).total_seconds())))


def after_assigning(conversation: Conversation, assignee_id: str) -> str | None:
    """Return the user that has to answer after a conversation was assigned."""
    asked = conversation.waiting_since is not None and conversation.waiting_for != conversation.owner_id
    return assignee_id if conversation.kind == SUPPORT and asked else conversation.waiting_for


def _sides(conversation: Conversation, people: Mapping[str, str]) -> list[str]:
    if conversation.kind == DIRECT:
        return [user_id for user_id in (conversation.direct_key or "").split() if user_id in people]
    if conversation.kind == SUPPORT:
        return [conversation.owner_id] if conversation.owner_id else []
    return [user_id for user_id, role in people.items() if role == CUSTOMER or role in PARTNERS]

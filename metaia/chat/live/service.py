"""Conversations on the screen: the access to them, and what is seen there of others."""

from __future__ import annotations

from contextlib import suppress

from redis.exceptions import RedisError

from metaia.chat import policy as chat_policy
from metaia.chat import queries as chat_queries
from metaia.chat import refusals
from metaia.chat.conversations import service as conversations
from metaia.chat.live import policy, queries
from metaia.chat.live.queries import Companion
from metaia.chat.state import GROUP, OPEN
from metaia.core.access.actor import Actor
from metaia.core.errors import NotFound
from metaia.core.json import Json
from metaia.presence import service as presence


def require(actor: Actor, conversation_id: str) -> None:
    """Raise NotFound or Forbidden unless the actor may follow a conversation: its participants, staff in support."""
    conversation = chat_queries.conversation(conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    mine = chat_queries.participant(conversation_id, actor.id)
    if not chat_policy.sees_present(conversation, mine, actor):
        raise refusals.problem(chat_policy.NOT_PARTICIPANT)


def shown(actor: Actor, conversation_id: str) -> Json:
    """Return a conversation as the actor sees it, with the presence of its participants."""
    found = conversations.read(actor, conversation_id)
    [conversation] = conversations.shown(actor, [found])
    people = [] if found.conversation.kind == GROUP else queries.companions(conversation_id, actor.id)
    others = [each for each in people if each.user_id != actor.id and policy.shows_presence(each)]
    return {"conversation": conversation, "presence": _presence(others)}


def shows_typing(actor: Actor, conversation_id: str) -> bool:
    """Return whether the others see the actor's typing."""
    conversation = chat_queries.conversation(conversation_id)
    if conversation is None or conversation.status != OPEN:
        return False
    return policy.shows_typing(actor.id, queries.companions(conversation_id, actor.id))


def _presence(people: list[Companion]) -> list[Json]:
    statuses: list[str | None] = [None] * len(people)
    with suppress(RedisError):
        statuses = [*presence.current().leases.statuses([f"{each.role} {each.user_id}" for each in people])]
    return [{"userId": each.user_id, "status": status} for each, status in zip(people, statuses, strict=True)]

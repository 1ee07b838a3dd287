"""Reading conversations of others as staff. Each reading of messages is in the audit log, with its reason."""

from __future__ import annotations

from metaia.chat import queries
from metaia.chat.history import queries as history_queries
from metaia.chat.history import service as history
from metaia.chat.queries import Conversation, Participant
from metaia.chat.recipients import room
from metaia.chat.search import queries as search_queries
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import NotFound
from metaia.core.json import Json

Searched = tuple[list[Json], str | None]  # messages, and the cursor of the next page


def read(
    actor: Actor, conversation_id: str, *, reason: str, before: int | None, limit: int
) -> tuple[list[Json], bool]:
    """Return messages of any conversation in ascending order, and whether there are earlier ones. Raises NotFound."""
    conversation = queries.conversation(conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    everything = audited(actor, conversation, {"reason": reason, "before": before, "limit": limit})
    rows = history_queries.before(everything, before, limit + 1)
    return history.shown(conversation, actor.id, rows[-limit:], since=0), len(rows) > limit


def audited(actor: Actor, conversation: Conversation, seen: Json) -> Participant:
    """Record in the audit log that staff reads a conversation of others; return a place that sees all its messages."""
    with db.transaction():
        audit_log.record("chat.read", subject=room(conversation.id), after=seen)
    return Participant(
        id="",
        conversation_id=conversation.id,
        user_id=actor.id,
        role=actor.role,
        joined_at=conversation.created_at,
    )


def search(actor: Actor, *, reason: str, filters: Json, limit: int, cursor: str | None) -> Searched:
    """Return one page of the messages of all conversations with all words of `q`, the newest first."""
    with db.transaction():
        audit_log.record("chat.searched", after={"reason": reason, **filters})
    page, following = search_queries.page_of_all(
        filters=filters, sort="-createdAt", limit=limit, cursor=cursor
    )
    rows = history_queries.by_ids([each.id for each in page]) if page else []
    conversations = queries.conversations({each.message.conversation_id for each in rows})
    shown = history.shown_by_id(conversations, actor.id, rows, since=dict.fromkeys(conversations, 0))
    return [shown[each.id] for each in page if each.id in shown], following

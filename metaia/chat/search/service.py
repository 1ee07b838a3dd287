"""Searching messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from metaia.chat import queries as chat_queries
from metaia.chat.history import queries as history_queries
from metaia.chat.history import service as history
from metaia.chat.search import queries
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.text import excerpts

Found = tuple[list[Json], str | None]  # answers, and the cursor of the next page


def find(actor: Actor, **options: Any) -> Found:
    """Return one page of the messages that `actor` searches, as FoundOut; `options` are those of `queries.page`."""
    rows, following = queries.page(actor.id, **options)
    shown = _shown(actor, {row.id: row.conversation_id for row in rows})
    query = options["filters"]["q"]
    return [_found(shown[row.id], query) for row in rows if row.id in shown], following


def _found(message: Json, query: str) -> Json:
    part, matches = excerpts.excerpt(message["text"] or "", query)
    return {"message": message, "excerpt": part, "matches": matches}


def _shown(actor: Actor, found: dict[str, str]) -> dict[str, Json]:
    """Return messages by id as the actor sees them, of the conversations that `found` names."""
    by_conversation: dict[str, list[history_queries.Found]] = {}
    for each in history_queries.by_ids(list(found)) if found else ():
        by_conversation.setdefault(found[each.message.id], []).append(each)
    conversations = chat_queries.conversations(by_conversation)
    shown: Sequence[Json] = [
        message
        for conversation_id, rows in by_conversation.items()
        if (place := chat_queries.participant(conversation_id, actor.id)) is not None
        for message in history.shown(conversations[conversation_id], actor.id, rows, since=place.hidden_seq)
    ]
    return {message["id"]: message for message in shown}

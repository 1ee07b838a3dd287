"""The search for conversations, messages and notifications."""

from __future__ import annotations

from flask import Flask

from metaia.chat import queries as chat_queries
from metaia.chat.conversations import queries as conversation_queries
from metaia.chat.policy import CHAT_READ
from metaia.chat.queries import Conversation
from metaia.chat.search import queries as message_search
from metaia.core import search
from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.json import Json
from metaia.core.search import ID, Found, Hit
from metaia.core.text import excerpts
from metaia.notifications import queries as notification_queries


def register(app: Flask) -> None:
    """Register these providers."""
    search.register(app, "conversations", _conversations, look_ups={ID: _conversation_by_id}, personal=True)
    search.register(app, "messages", _messages, look_ups={ID: _message_by_id}, personal=True)
    search.register(app, "notifications", _notifications, look_ups={ID: _notification_by_id})


def _conversations(actor: Actor, text: str, limit: int) -> Found:
    found = conversation_queries.by_words(actor.id, text, limit + 1)
    return [_conversation(each) for each in found[:limit]], len(found) > limit


def _conversation_by_id(actor: Actor, conversation_id: str) -> list[Hit]:
    found = chat_queries.conversation(conversation_id)
    if found is None:
        return []
    place = None if actor.may(CHAT_READ) else chat_queries.participant(conversation_id, actor.id)
    return [_conversation(found)] if actor.may(CHAT_READ) or place else []


def _conversation(found: Conversation) -> Hit:
    title = found.title or found.kind
    return Hit(found.id, title, f"{found.kind} · {found.status}", f"/api/chat/conversations/{found.id}")


def _messages(actor: Actor, text: str, limit: int) -> Found:
    order: Json = {"sort": "-createdAt", "cursor": None}
    if actor.may(CHAT_READ):
        rows, following = message_search.page_of_all(filters={"q": text}, limit=limit, **order)
    else:
        rows, following = message_search.page(actor.id, filters={"q": text}, limit=limit, **order)
    return [_message(row, text) for row in rows], following is not None


def _message_by_id(actor: Actor, message_id: str) -> list[Hit]:
    row = message_search.by_id(message_id, None if actor.may(CHAT_READ) else actor.id)
    return [_message(row, "")] if row else []


def _message(row: AnyRow, text: str) -> Hit:
    part, _ = excerpts.excerpt(row.text or "", text)
    href = f"/api/chat/conversations/{row.conversation_id}"
    return Hit(row.id, part, row.created_at.date().isoformat(), href)


def _notifications(actor: Actor, text: str, limit: int) -> Found:
    rows = notification_queries.by_words(actor.id, text, limit + 1)
    return [_notification(row) for row in rows[:limit]], len(rows) > limit


def _notification_by_id(actor: Actor, notification_id: str) -> list[Hit]:
    row = notification_queries.get(actor.id, notification_id)
    return [_notification(row)] if row else []


def _notification(row: AnyRow) -> Hit:
    return Hit(row.id, row.title, row.message[:200], f"/api/notifications?type={row.type}")

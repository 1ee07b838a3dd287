"""The selects of the searches: of a user in the user's conversations, and of staff in all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, literal, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import aliased

from metaia.chat import queries as chat_queries
from metaia.chat.models import MessageRow, ParticipantRow
from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.core.text import words

# The index finds the messages of a few conversations by a word that they have in common. With a thousand such words it
# takes ten times as long as a join with all of the user's conversations.
MOST_BY_WORD = 32
# The index of words knows no order: of a word that every tenth message has it would return them all. So the messages
# that come next in the order of the page are read first, which is enough for a common word and quick for a rare one.
MOST_READ = 10_000
Message = Any  # MessageRow, or some of its rows
Page = tuple[Sequence[AnyRow], str | None]


def page(user_id: str, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None) -> Page:
    """Return one page of the messages that a user may read and that have all words of `q`, and the next page's cursor.

    The rows have `id`, `conversation_id`, `text` and `created_at`. Conversations that the user has left are searched
    only if `conversation_id` names them.
    """
    wanted = filters.get("conversation_id")
    ids = [wanted] if wanted else _conversations(user_id)
    few = len(ids) <= MOST_BY_WORD

    def search(message: Message) -> Select[Any]:
        query = _with_words(message, filters, ids if few else [])
        query = query.join(ParticipantRow, chat_queries.seen_by(user_id, message))
        return query if wanted else query.where(ParticipantRow.left_seq.is_(None), literal(bool(ids)))

    return _page(search, filters, few=few, sort=sort, limit=limit, cursor=cursor)


def page_of_all(*, filters: dict[str, Any], sort: str, limit: int, cursor: str | None) -> Page:
    """Return one page of the messages of all conversations that have all words of `q`, as `page` does."""
    ids = [filters["conversation_id"]] if "conversation_id" in filters else []

    def search(message: Message) -> Select[Any]:
        return _with_words(message, filters, ids).where(message.deleted_at.is_(None))

    return _page(search, filters, few=bool(ids), sort=sort, limit=limit, cursor=cursor)


def _page(
    search: Callable[[Message], Select[Any]],
    filters: dict[str, Any],
    *,
    few: bool,
    sort: str,
    limit: int,
    cursor: str | None,
) -> Page:
    if not words.terms(filters["q"]):
        return [], None
    rows = [] if few else db.fetch_all(_among_next(search, filters, sort, limit, cursor))
    if len(rows) <= limit:
        rows = db.fetch_all(_ordered(search(MessageRow), MessageRow, sort, limit, cursor))
    return pagination.cut(rows, sort=sort, limit=limit)


def _among_next(
    search: Callable[[Message], Select[Any]],
    filters: dict[str, Any],
    sort: str,
    limit: int,
    cursor: str | None,
) -> Select[Any]:
    """Return a search in the messages that come next in the order of the page, regardless of their words."""
    read = select(MessageRow).where(*_conditions(MessageRow, filters, ("from_", "to")))
    near: Message = aliased(
        MessageRow, _ordered(read, MessageRow, sort, MOST_READ - 1, cursor).subquery("near")
    )
    return _ordered(search(near), near, sort, limit, None)


def _ordered(query: Select[Any], message: Message, sort: str, limit: int, cursor: str | None) -> Select[Any]:
    sortable: pagination.Sortable = {"created_at": message.created_at}
    return pagination.page(query, sort=sort, sortable=sortable, key=message.id, limit=limit, cursor=cursor)


def _with_words(message: Message, filters: dict[str, Any], conversation_ids: list[str]) -> Select[Any]:
    """Return the select of all messages that have all words of `q`, in these conversations if there are any."""
    shown: list[Any] = [message.id, message.conversation_id, message.text, message.created_at]
    terms = [*_word_of_conversations(conversation_ids), *words.terms(filters["q"])]
    found = message.words.bool_op("@@")(cast(" & ".join(terms), TSQUERY))
    return select(*shown).where(found, *_conditions(message, filters, filters))


def _word_of_conversations(ids: list[str]) -> list[str]:
    found = (words.exact(chat_queries.in_conversation(conversation_id)) for conversation_id in ids)
    return [f"({' | '.join(found)})"] if ids else []


def _conversations(user_id: str) -> list[str]:
    """Return the conversations of a user, of many only some."""
    mine = (ParticipantRow.user_id == user_id, ParticipantRow.left_seq.is_(None))
    query = select(ParticipantRow.conversation_id).where(*mine).limit(MOST_BY_WORD + 1)
    return [row.conversation_id for row in db.fetch_all(query)]


def _conditions(message: Message, filters: dict[str, Any], names: Any) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters with these names, other than `q`."""
    conditions: dict[str, Any] = {
        "conversation_id": lambda value: message.conversation_id == value,
        "sender_id": lambda value: message.sender_id == value,
        "kind": lambda value: message.kind == value,
        "from_": lambda value: message.created_at >= value,
        "to": lambda value: message.created_at < value,
    }
    return [make(filters[name]) for name, make in conditions.items() if name in names and name in filters]

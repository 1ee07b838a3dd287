"""The selects of the searches: of a user in the user's conversations, and of staff in all.

The statistics of PostgreSQL do not contain how frequent the beginnings of words are: its planner may read all messages
for a rare word, or the index of words once for each of a thousand conversations. So each select leaves it one way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, func, literal, select
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
# The messages that come next in the order of the page are read first, which is enough for a common word: the index of
# words knows no order, and returns all messages that have it.
MOST_READ = 10_000
MOST_FOUND = 50_000  # messages with a word; of more, the messages of the user's conversations are read
Message = Any  # MessageRow, or some of its rows
Search = Callable[[Message], Select[Any]]
Page = tuple[Sequence[AnyRow], str | None]


def page(user_id: str, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None) -> Page:
    """Return one page of the messages that a user may read and that have all words of `q`, and the next page's cursor.

    The rows have `id`, `conversation_id`, `text` and `created_at`. Conversations that the user has left are searched
    only if `conversation_id` names them.
    """
    wanted = filters.get("conversation_id")
    ids = [wanted] if wanted else _conversations(user_id)
    place = [literal(True)] if wanted else [ParticipantRow.left_seq.is_(None), literal(bool(ids))]

    def search(message: Message) -> Select[Any]:
        query = _with_words(message, filters).select_from(ParticipantRow)
        return query.join(message, chat_queries.seen_by(user_id, message)).where(*place)

    def rest() -> Message:
        return _by_words(filters, []) if _is_rare(filters) else _of_places()

    few = len(ids) <= MOST_BY_WORD
    found = (lambda: _by_words(filters, ids)) if few else rest
    return _page(search, found, filters, few=few, sort=sort, limit=limit, cursor=cursor)


def page_of_all(*, filters: dict[str, Any], sort: str, limit: int, cursor: str | None) -> Page:
    """Return one page of the messages of all conversations that have all words of `q`, as `page` does."""
    ids = [filters["conversation_id"]] if "conversation_id" in filters else []

    def search(message: Message) -> Select[Any]:
        return _with_words(message, filters).where(message.deleted_at.is_(None))

    def found() -> Message:
        return _by_words(filters, ids)

    return _page(search, found, filters, few=bool(ids), sort=sort, limit=limit, cursor=cursor)


def by_id(message_id: str, user_id: str | None) -> AnyRow | None:
    """Return the message with this id if a user may read it; without a user any that is not deleted."""
    message = MessageRow
    query = select(message.id, message.conversation_id, message.text, message.created_at)
    query = query.where(message.id == message_id, message.deleted_at.is_(None))
    if user_id is not None:
        query = query.join(ParticipantRow, chat_queries.seen_by(user_id, message))
    return db.fetch_one(query)


def _page(
    search: Search, found: Callable[[], Message], filters: dict[str, Any], *, few: bool, **position: Any
) -> Page:
    if not words.terms(filters["q"]):
        return [], None
    limit, sort = position["limit"], position["sort"]
    near = None if few else _next(filters, position)
    rows = db.fetch_all(_ordered(search(near), near, position | {"cursor": None})) if near is not None else []
    if len(rows) <= limit:
        message = found()
        rows = db.fetch_all(_ordered(search(message), message, position))
    return pagination.cut(rows, sort=sort, limit=limit)


def _next(filters: dict[str, Any], position: dict[str, Any]) -> Message:
    """Return the messages that come next in the order of the page, regardless of their words."""
    read = select(MessageRow).where(*_conditions(MessageRow, filters, ("from_", "to")))
    return aliased(
        MessageRow, _ordered(read, MessageRow, position | {"limit": MOST_READ - 1}).subquery("near")
    )


def _by_words(filters: dict[str, Any], conversation_ids: list[str]) -> Message:
    """Return the messages that the index of words finds, in these conversations if there are any."""
    read = select(MessageRow).where(_matches(MessageRow, filters, conversation_ids))
    return aliased(MessageRow, read.offset(0).subquery("found"))  # with an offset it is planned by itself


def _of_places() -> Message:
    """Return the messages of the selected participant, which the index of words must not be asked for."""
    place = ParticipantRow
    own = (
        MessageRow.conversation_id == place.conversation_id,
        MessageRow.seq > func.greatest(place.joined_seq, place.cleared_seq),
    )
    return aliased(MessageRow, select(MessageRow).where(*own).offset(0).correlate(place).lateral("own"))


def _is_rare(filters: dict[str, Any]) -> bool:
    some = select(literal(1)).where(_matches(MessageRow, filters, [])).limit(MOST_FOUND + 1)
    return int(db.fetch_value(select(func.count()).select_from(some.subquery()))) <= MOST_FOUND


def _ordered(query: Select[Any], message: Message, position: dict[str, Any]) -> Select[Any]:
    sortable: pagination.Sortable = {"created_at": message.created_at}
    return pagination.page(query, sortable=sortable, key=message.id, **position)


def _with_words(message: Message, filters: dict[str, Any]) -> Select[Any]:
    """Return the select of all messages that have all words of `q`, and fulfil the other filters."""
    shown: list[Any] = [message.id, message.conversation_id, message.text, message.created_at]
    return select(*shown).where(_matches(message, filters, []), *_conditions(message, filters, filters))


def _matches(message: Message, filters: dict[str, Any], conversation_ids: list[str]) -> ColumnElement[bool]:
    found = (
        words.exact(chat_queries.in_conversation(conversation_id)) for conversation_id in conversation_ids
    )
    among = [f"({' | '.join(found)})"] if conversation_ids else []
    condition: ColumnElement[bool] = message.words.bool_op("@@")(
        cast(" & ".join([*among, *words.terms(filters["q"])]), TSQUERY)
    )
    return condition


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

"""What sending a message depends on, in one read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from metaia.chat.models import ConversationRow, MessageRow, ParticipantRow
from metaia.chat.presenters import Quoted
from metaia.chat.queries import (
    CONVERSATION_COLUMNS,
    MESSAGE_COLUMNS,
    PARTICIPANT_COLUMNS,
    Conversation,
    Message,
    Participant,
)
from metaia.chat.restrictions.models import ChatBlockRow, ChatRestrictionRow
from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among
from metaia.core.json import Json
from metaia.users import queries as user_queries

NO_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Ground:
    """What sending a message depends on.

    `people` are the roles of the active participants by their ids, None in a group. `newest` is the highest
    `joined_seq` of them: quotes of messages up to it would show them what was before. `restriction` is `{until}` if the
    sender must not write.
    """

    conversation: Conversation
    participant: Participant | None
    sender_name: str | None
    people: dict[str, str] | None
    newest: int
    restriction: Json | None
    blocked: bool
    existing: Message | None
    quoted: Quoted | None


def ground(conversation_id: str, user_id: str, client_id: str, reply_to: str | None) -> Ground | None:
    """Return what sending depends on, in one round trip; None if there is no such conversation."""
    values = {
        "conversation_id": conversation_id,
        "user_id": user_id,
        "client_id": client_id,
        "reply_to": reply_to or NO_ID,
    }
    row = db.fetch_tuple(_ground, values)
    if row is None:
        return None
    parts = iter(row)
    conversation = Conversation(*_take(parts, Conversation))
    participant, existing = _take(parts, Participant), _take(parts, Message)
    quoted = [next(parts) for _ in Quoted._fields]
    sender_name, people, newest, restriction, blocked = parts
    return Ground(
        conversation,
        Participant(*participant) if participant[0] else None,
        sender_name,
        people,
        newest or 0,
        restriction,
        blocked,
        Message(*existing) if existing[0] else None,
        Quoted(*quoted) if quoted[0] else None,
    )


def _take(parts: Any, record: type) -> list[Any]:
    return [next(parts) for _ in fields(record)]


def _value(name: str, type_: Any) -> Any:
    return bindparam(name, type_=type_)


_ID = Uuid(as_uuid=False)
_mine, _others = aliased(ParticipantRow), aliased(ParticipantRow)
_existing, _quoted = aliased(MessageRow), aliased(MessageRow)
QUOTED_COLUMNS = (MessageRow.id, MessageRow.seq, MessageRow.sender_id, MessageRow.text, MessageRow.deleted_at)
_GROUP: ColumnElement[str] = literal_column("'group'")


def _of(alias: Any, columns: Iterable[Any]) -> list[Any]:
    return [getattr(alias, column.key) for column in columns]


def _active(row: Any) -> ColumnElement[bool]:
    return and_(row.conversation_id == ConversationRow.id, row.left_seq.is_(None))


def _blocked() -> ColumnElement[bool]:
    """Return whether the sender and another active participant of a direct or deal conversation block each other."""
    sender, block = _value("user_id", _ID), ChatBlockRow
    either = or_(
        and_(block.blocker_id == sender, block.blocked_id == _others.user_id),
        and_(block.blocked_id == sender, block.blocker_id == _others.user_id),
    )
    between_two = ConversationRow.kind.in_((literal_column("'direct'"), literal_column("'deal'")))
    return and_(between_two, exists().where(_active(_others), either))


def _select() -> Select[Any]:
    people = (
        select(func.json_object_agg(_others.user_id, _others.role)).where(_active(_others)).scalar_subquery()
    )
    newest = select(func.max(_others.joined_seq)).where(_active(_others)).scalar_subquery()
    ends = ChatRestrictionRow.until
    restriction = select(func.json_build_object(literal_column("'until'"), ends)).where(
        ChatRestrictionRow.user_id == _value("user_id", _ID), or_(ends.is_(None), ends > func.now())
    )
    name = select(user_queries.NAME).where(_value("user_id", _ID) == user_queries.ID)
    return (
        select(
            *CONVERSATION_COLUMNS,
            *_of(_mine, PARTICIPANT_COLUMNS),
            *_of(_existing, MESSAGE_COLUMNS),
            *_of(_quoted, QUOTED_COLUMNS),
            name.scalar_subquery(),
            case((ConversationRow.kind != _GROUP, people)),
            case((_quoted.id.is_not(None), newest)),
            restriction.scalar_subquery(),
            _blocked(),
        )
        .select_from(ConversationRow)
        .outerjoin(
            _mine,
            and_(_mine.conversation_id == ConversationRow.id, _mine.user_id == _value("user_id", _ID)),
        )
        .outerjoin(
            _existing,
            and_(
                _existing.sender_id == _value("user_id", _ID),
                _existing.client_id == _value("client_id", String),
            ),
        )
        .outerjoin(
            _quoted,
            and_(_quoted.conversation_id == ConversationRow.id, _quoted.id == _value("reply_to", _ID)),
        )
        .where(ConversationRow.id == _value("conversation_id", _ID))
    )


_ground = PreparedSelect(_select())


def active_among(conversation_id: str, user_ids: Iterable[str]) -> set[str]:
    """Return those of some users that are in a conversation now."""
    row = ParticipantRow
    query = select(row.user_id).where(row.conversation_id == conversation_id, row.left_seq.is_(None))
    return {each.user_id for each in db.fetch_all(query.where(among(row.user_id, user_ids)))}

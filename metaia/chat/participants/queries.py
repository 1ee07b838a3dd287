"""Statements about participants and their accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import insert

from metaia.chat.models import ConversationRow, ParticipantRow
from metaia.chat.queries import PARTICIPANT_COLUMNS, Participant
from metaia.chat.state import ALL, DEAL, GROUP
from metaia.core import db
from metaia.core.access.permissions import DELIVERY
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.users import queries as user_queries

SHOWN = 32  # participants in a conversation's JSON
SORTABLE: pagination.Sortable = {"joined_at": ParticipantRow.joined_at}
_row = ParticipantRow
_names = [each.name for each in fields(Participant)]


@dataclass(frozen=True, slots=True)
class Account:
    """An account, as far as chat looks at it."""

    id: str
    role: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A participant with the name of the account."""

    participant: Participant
    name: str

    @property
    def id(self) -> str:
        return self.participant.id

    @property
    def joined_at(self) -> Any:
        return self.participant.joined_at


def accounts(user_ids: Collection[str]) -> dict[str, Account]:
    """Return accounts by id, active or not, without those that do not exist."""
    query = select(user_queries.ID, user_queries.ROLE, user_queries.NAME, user_queries.ACTIVE)
    rows = db.fetch_all(query.where(among(user_queries.ID, user_ids)))
    return {row.id: Account(*row) for row in rows}


def active(user_ids: Collection[str]) -> list[Account]:
    """Return those of some accounts that are neither deactivated nor deleted."""
    return [each for each in accounts(user_ids).values() if each.active]


def shown(moments: Mapping[str, datetime | None]) -> dict[str, tuple[list[Named], int]]:
    """Return the first participants of conversations, active ones before former ones, and how many are active.

    `moments` has the ids of the conversations, each with the time of which its participants are returned; None is now.
    """
    listed = select(
        func.unnest(literal(list(moments), ARRAY(ConversationRow.id.type))).label("id"),
        func.unnest(literal(list(moments.values()), ARRAY(_row.left_at.type))).label("moment"),
    ).subquery()
    moment = listed.c.moment
    present = or_(_row.left_seq.is_(None), _row.left_at > moment)  # null for former ones without a moment
    former = present.is_not(True).label("former")
    first = (
        select(*PARTICIPANT_COLUMNS, former, func.count().filter(present).over().label("active"))
        .where(_row.conversation_id == listed.c.id, or_(moment.is_(None), _row.joined_at <= moment))
        .order_by(former, _row.id)
        .limit(SHOWN)
        .lateral()
    )
    columns = [first.c[name] for name in _names]
    query = select(*columns, user_queries.NAME, first.c.active).select_from(listed.join(first, true()))
    found: dict[str, tuple[list[Named], int]] = {each: ([], 0) for each in moments}
    query = query.join(*user_queries.owner(first.c.user_id)).order_by(first.c.former, first.c.id)
    for *values, name, count in db.fetch_all(query):
        participant = Participant(*values)
        people, _ = found[participant.conversation_id]
        people.append(Named(participant, name))
        found[participant.conversation_id] = (people, count)
    return found


def page(
    conversation_id: str, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> pagination.Page:
    """Return one page of the active participants of a conversation, and the next page's cursor."""
    del filters
    query = select(*PARTICIPANT_COLUMNS, user_queries.NAME).join(*user_queries.owner(_row.user_id))
    query = query.where(_row.conversation_id == conversation_id, _row.left_seq.is_(None))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=_row.id, limit=limit, cursor=cursor)
    rows = [Named(Participant(*values), name) for *values, name in db.fetch_all(query)]
    return pagination.cut(rows, sort=sort, limit=limit)


def of_deal(deal_id: str) -> str | None:
    """Return the id of the conversation of a deal."""
    query = select(ConversationRow.id).where(ConversationRow.deal_id == deal_id, ConversationRow.kind == DEAL)
    found = db.fetch_value(query)
    return None if found is None else str(found)


def lock_deal(deal_id: str) -> None:
    """Let no other transaction begin the conversation of a deal, or change its people, until this one ends.

    It is taken after the locks of offers, orders and bookings, and before those of conversations.
    """
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"people of deal {deal_id}", 0))))


def insert_active(places: Iterable[Json]) -> None:
    """Insert active participants; former ones come back."""
    zero = dict.fromkeys(("read_seq", "seen_seq", "delivered_seq", "cleared_seq", "reminded_seq"), 0)
    same = {"notify": ALL, "pinned": False, "archived": False, "version": 1} | zero
    inserted = insert(_row).values([place | same | {"id": new_id()} for place in places])
    back = {name: inserted.excluded[name] for name in ("role", "joined_at", "joined_seq")}
    active = {"left_seq": None, "left_at": None, "version": _row.version + 1}
    pair = ["conversation_id", "user_id"]
    db.execute(inserted.on_conflict_do_update(index_elements=pair, set_=back | active))


def deals_with_couriers(*, after: str | None, limit: int) -> list[str]:
    """Return the ids of deals with an active courier in their conversation, in ascending order."""
    query = select(ConversationRow.deal_id).join(_row, _row.conversation_id == ConversationRow.id)
    query = query.where(_row.role == DELIVERY, _row.left_seq.is_(None), ConversationRow.kind == DEAL)
    if after is not None:
        query = query.where(ConversationRow.deal_id > after)
    rows = db.fetch_all(query.distinct().order_by(ConversationRow.deal_id).limit(limit))
    return [row.deal_id for row in rows]


def groups(user_ids: Collection[str]) -> dict[str, int]:
    """Return in how many groups users take part, without users that are in none."""
    query = select(_row.user_id, func.count().label("groups")).join(
        ConversationRow, ConversationRow.id == _row.conversation_id
    )
    mine = (among(_row.user_id, user_ids), _row.left_seq.is_(None), ConversationRow.kind == GROUP)
    return {row.user_id: row.groups for row in db.fetch_all(query.where(*mine).group_by(_row.user_id))}


def count(conversation_id: str) -> int:
    """Return the number of active participants."""
    mine = (_row.conversation_id == conversation_id, _row.left_seq.is_(None))
    return int(db.fetch_value(select(func.count()).where(*mine)))

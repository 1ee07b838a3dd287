"""Selects on reports."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from metaia.chat.models import ParticipantRow
from metaia.chat.moderation.models import ChatReportRow
from metaia.core import db
from metaia.core.http import pagination

OPEN, CLOSED = "open", "closed"
STATUSES = (OPEN, CLOSED)
CALL = "support"  # the reason of a call for support
REASONS = ("spam", "abuse", "fraud", "off_platform_payment", "other")
SORTABLE: pagination.Sortable = {"created_at": ChatReportRow.created_at}
_row = ChatReportRow


@dataclass(frozen=True, slots=True)
class Report:
    """A report about a message, a conversation or a user, or a call for support."""

    id: str
    reporter_id: str
    reason: str
    status: str
    version: int
    created_at: datetime
    updated_at: datetime
    message_id: str | None = None
    conversation_id: str | None = None
    user_id: str | None = None
    note: str | None = None
    action: str | None = None
    decision_note: str | None = None
    decided_by: str | None = None


COLUMNS = [getattr(_row, each.name) for each in fields(Report)]


def page(*, filters: dict[str, Any], sort: str, limit: int, cursor: str | None) -> pagination.Page:
    """Return one page of the reports, and the next page's cursor."""
    conditions: dict[str, Any] = {
        "status": lambda value: _row.status == value,
        "reason": lambda value: _row.reason == value,
        "user_id": lambda value: _row.user_id == value,
    }
    query = select(*COLUMNS).where(*(conditions[name](value) for name, value in filters.items()))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=_row.id, limit=limit, cursor=cursor)
    return pagination.cut([Report(*row) for row in db.fetch_all(query)], sort=sort, limit=limit)


def to_change(report_id: str) -> Report | None:
    """Return a report, row-locked."""
    row = db.fetch_one(select(*COLUMNS).where(_row.id == report_id).with_for_update())
    return None if row is None else Report(*row)


def open_one(
    reporter_id: str, *, message_id: str | None, conversation_id: str | None, user_id: str | None, call: bool
) -> Report | None:
    """Return the open report of a user about the same thing; with `call`, a call for support."""
    same = (
        _row.message_id.is_not_distinct_from(message_id),
        _row.conversation_id.is_not_distinct_from(conversation_id),
        _row.user_id.is_not_distinct_from(user_id),
        _row.reason == CALL if call else _row.reason != CALL,
    )
    mine = (_row.reporter_id == reporter_id, _row.status == OPEN)
    row = db.fetch_one(select(*COLUMNS).where(*mine, *same).order_by(_row.id))
    return None if row is None else Report(*row)


def other_of(conversation_id: str, user_id: str) -> list[str]:
    """Return the ids of the other participants of a conversation, former ones too."""
    others = (ParticipantRow.conversation_id == conversation_id, ParticipantRow.user_id != user_id)
    return [row.user_id for row in db.fetch_all(select(ParticipantRow.user_id).where(*others))]


def have_met(a: str, b: str) -> bool:
    """Return whether two users are, or were, in one conversation."""
    theirs = select(ParticipantRow.conversation_id).where(ParticipantRow.user_id == b)
    both = select(ParticipantRow.id).where(
        ParticipantRow.user_id == a, ParticipantRow.conversation_id.in_(theirs)
    )
    return bool(db.fetch_value(select(both.exists())))

"""Selects of the ledger. Balances are in the natural sign of their kind; all amounts are minor units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, text, tuple_

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.ledger.chart import Account
from metaia.ledger.models import (
    LedgerAccountRow,
    LedgerEntryRow,
    LedgerPostingRow,
)

ENTRIES = "entries"  # what cursors of `entries` are for
ACCOUNTS_BY: pagination.Sortable = {"opened_at": LedgerAccountRow.opened_at}
POSTINGS_BY: pagination.Sortable = {"booked_at": LedgerPostingRow.booked_at}
_BALANCES = text(
    "SELECT id, kind, owner, currency, opened_at, takes, posted, held, ceiling FROM ledger_now()"
    " WHERE id = ANY (CAST(:ids AS uuid[]))"
)


@dataclass(frozen=True, slots=True)
class Balance:
    """The state of an account at one moment. `ceiling` is None where no limit is set."""

    id: str
    kind: str
    owner: str
    currency: str
    opened_at: datetime
    takes: int
    posted: int
    held: int
    ceiling: int | None

    @property
    def available(self) -> int:
        """Return the room that holds and postings can take; below 0 after a limit was lowered."""
        room = (self.ceiling or 0) - self.posted if self.takes > 0 else self.posted
        return room - self.held


@dataclass(frozen=True, slots=True)
class Booked:
    """A posting as it was booked, with its entries in the order of their lines."""

    id: str
    key: str
    kind: str
    subject: str | None
    cause: str | None
    at: datetime
    booked_at: datetime
    entries: Sequence[AnyRow]


def balances(accounts: Iterable[Account]) -> dict[Account, int]:
    """Return the balance of each account, 0 for one that was never used, all of one moment."""
    ids = {account.id: account for account in accounts}
    found = dict.fromkeys(ids.values(), 0)
    for each in by_ids(ids).values():
        found[ids[each.id]] = each.posted
    return found


def balance(account: Account) -> Balance | None:
    """Return the state of an account, None if it was never used."""
    return by_ids([account.id]).get(account.id)


def by_ids(ids: Collection[str]) -> dict[str, Balance]:
    """Return the states of the accounts with these ids, all of one moment."""
    rows = db.fetch_all(_BALANCES, {"ids": list(ids)}) if ids else []
    return {row.id: Balance(*row) for row in rows}


def accounts_page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Balance], str | None]:
    """Return one page of accounts with their states, and the next page's cursor."""
    query = _select(LedgerAccountRow.id, LedgerAccountRow.opened_at)
    query = query.where(*(getattr(LedgerAccountRow, name) == value for name, value in filters.items()))
    query = pagination.page(
        query, sort=sort, sortable=ACCOUNTS_BY, key=LedgerAccountRow.id, limit=limit, cursor=cursor
    )
    rows, following = pagination.cut(db.fetch_all(query), sort=sort, limit=limit)
    states = by_ids([row.id for row in rows])
    return [states[row.id] for row in rows], following


def postings_page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Booked], str | None]:
    """Return one page of postings with their entries, and the next page's cursor."""
    account_id = filters.pop("account_id", None)
    query, times, key = _postings() if account_id is None else _postings_of(account_id)
    conditions: dict[str, Any] = {
        "kind": lambda value: LedgerPostingRow.kind == value,
        "subject": lambda value: LedgerPostingRow.subject == value,
        "key": lambda value: LedgerPostingRow.key == value,
        "from_": lambda value: times >= value,
        "to": lambda value: times < value,
    }
    query = query.where(*(conditions[name](value) for name, value in filters.items()))
    query = pagination.page(
        query, sort=sort, sortable={"booked_at": times}, key=key, limit=limit, cursor=cursor
    )
    rows, following = pagination.cut(db.fetch_all(query), sort=sort, limit=limit)
    return booked([row.id for row in rows]), following


def booked(ids: Collection[str]) -> list[Booked]:
    """Return the postings with these ids, in the order of `ids`."""
    lines: dict[str, list[AnyRow]] = defaultdict(list)
    entries = select(LedgerEntryRow.__table__).where(among(LedgerEntryRow.posting_id, ids))
    for row in db.fetch_all(entries.order_by(LedgerEntryRow.posting_id, LedgerEntryRow.line)):
        lines[row.posting_id].append(row)
    found = {
        row.id: Booked(
            row.id, row.key, row.kind, row.subject, row.cause, row.at, row.booked_at, lines[row.id]
        )
        for row in db.fetch_all(select(LedgerPostingRow.__table__).where(among(LedgerPostingRow.id, ids)))
    }
    return [found[each] for each in ids if each in found]


def of_subjects(subjects: Collection[str]) -> list[Booked]:
    """Return all postings of these subjects, in the order of their booking."""
    query = select(LedgerPostingRow.id).where(among(LedgerPostingRow.subject, subjects))
    rows = db.fetch_all(query.order_by(LedgerPostingRow.booked_at, LedgerPostingRow.id))
    return booked([row.id for row in rows])


def by_id(posting_id: str) -> Booked | None:
    """Return a posting."""
    return next(iter(booked([posting_id])), None)


def lock(posting_id: str) -> bool:
    """Row-lock a posting; return whether it exists."""
    query = select(LedgerPostingRow.id).where(LedgerPostingRow.id == posting_id)
    return db.fetch_one(query.with_for_update(key_share=True)) is not None


def by_keys(keys: Collection[str]) -> dict[str, Booked]:
    """Return the postings with these keys, by key."""
    return {each.key: each for each in booked([*ids_by_keys(keys).values()])}


def ids_by_keys(keys: Collection[str]) -> dict[str, str]:
    """Return the ids of the postings with these keys, by key."""
    query = select(LedgerPostingRow.id, LedgerPostingRow.key).where(among(LedgerPostingRow.key, keys))
    return {row.key: row.id for row in db.fetch_all(query)}


def entries(account: Account, *, limit: int, cursor: str | None = None) -> tuple[list[AnyRow], str | None]:
    """Return one page of an account's entries, the latest first, and the next page's cursor. Raises Invalid."""
    order = (LedgerEntryRow.booked_at, LedgerEntryRow.posting_id, LedgerEntryRow.line)
    query = select(LedgerEntryRow.__table__).where(LedgerEntryRow.account_id == account.id)
    if cursor is not None:
        at, posting_id, line = pagination.decode(cursor, f"{ENTRIES}:{account.id}")
        query = query.where(tuple_(*order) < (datetime.fromisoformat(at), posting_id, line))
    rows = db.fetch_all(query.order_by(*(column.desc() for column in order)).limit(limit + 1))
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    values = [last.booked_at.isoformat(), last.posting_id, last.line]
    return rows[:limit], pagination.encode(f"{ENTRIES}:{account.id}", values)


def _postings() -> tuple[Select[Any], Any, Any]:
    """Return the select of all postings, with its columns of time and id."""
    times, key = LedgerPostingRow.booked_at, LedgerPostingRow.id
    query = _select(key, times)
    return query, times, key


def _postings_of(account_id: str) -> tuple[Select[Any], Any, Any]:
    """Return the select of an account's postings. Its order is that of an index of entries."""
    times, key = LedgerEntryRow.booked_at, LedgerEntryRow.posting_id
    query = _select(key.label("id"), times).distinct().where(LedgerEntryRow.account_id == account_id)
    return query.join(LedgerPostingRow, LedgerPostingRow.id == key), times, key


def _select(*columns: Any) -> Select[Any]:
    """Return a select of which the columns have no types, as pages take it."""
    return select(*columns)

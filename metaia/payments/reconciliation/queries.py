"""Selects on settlements, and their comparison with facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import BigInteger, cast, func, select, text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.payments.reconciliation.models import SettlementLineRow

STATES = (
    "matched", "amount_differs", "fee_differs", "missing_here", "not_settled", "not_compared",
)  # fmt: skip
ORDER = "reconciliation"  # what its cursors are for
_STATUS = "CASE {kind} WHEN 'attempt' THEN 'captured' WHEN 'refund' THEN 'processed' END"
_COMPARED_SQL = f"""
    WITH theirs AS (
        SELECT line.*, fact.amount AS ours, fact.currency AS our_currency, charged.amount AS our_fee
        FROM settlement_lines AS line
        LEFT JOIN payment_facts AS fact ON fact.provider = line.provider AND fact.kind = line.kind
            AND fact.reference = line.reference AND fact.status = {_STATUS.format(kind="line.kind")}
        LEFT JOIN payment_facts AS charged ON line.kind = 'attempt' AND charged.provider = line.provider
            AND charged.kind = 'fee' AND charged.reference = line.reference AND charged.status = 'charged'
        WHERE (line.at >= :begin AND line.at < :end AND CAST(:settlement AS text) IS NULL)
            OR (line.provider = :provider AND line.settlement_id = :settlement)
    ), compared AS (
        SELECT id, provider, settlement_id, kind, reference, currency, at, amount AS theirs, fee AS their_fee, ours,
            our_fee, CASE WHEN kind NOT IN ('attempt', 'refund') THEN 'not_compared'
                WHEN ours IS NULL THEN 'missing_here'
                WHEN ours <> amount OR our_currency <> currency THEN 'amount_differs'
                WHEN kind = 'attempt' AND coalesce(our_fee, 0) <> fee THEN 'fee_differs' ELSE 'matched' END AS state
        FROM theirs
        UNION ALL
        SELECT fact.id, fact.provider, NULL, fact.kind, fact.reference, fact.currency, fact.at, NULL, NULL, fact.amount,
            NULL, 'not_settled'
        FROM payment_facts AS fact
        WHERE fact.at >= :begin AND fact.at < :end AND CAST(:settlement AS text) IS NULL
            AND fact.kind IN ('attempt', 'refund') AND fact.status = {_STATUS.format(kind="fact.kind")}
            AND NOT EXISTS (SELECT FROM settlement_lines AS line WHERE line.provider = fact.provider
                AND line.kind = fact.kind AND line.reference = fact.reference)
    )
    SELECT * FROM compared WHERE (CAST(:state AS text) IS NULL OR state = :state)
        AND (CAST(:provider AS text) IS NULL OR provider = :provider)
        AND (CAST(:at AS timestamptz) IS NULL OR (at, id) > (:at, CAST(:id AS uuid)))
    ORDER BY at, id LIMIT :limit
    """  # noqa: S608 - names of our own
_COMPARED = text(_COMPARED_SQL)
_STATES = text(
    f"SELECT state, count(*) AS lines FROM ({_COMPARED_SQL}) AS compared GROUP BY state"  # noqa: S608 - as above
)
_CONTENT = "kind, reference, amount, fee, net, currency, at"
# Lines as one JSON text: thousands of parameters would hold the event loop while they are made.
GIVEN = (
    "jsonb_to_recordset(CAST(:lines AS jsonb)) AS given (id uuid, number integer, kind text, reference text,"
    " amount bigint, fee bigint, net bigint, currency text, at timestamptz)"
)
_STORED = "settlement_lines WHERE provider = :provider AND settlement_id = :settlement"
_DIFFERS = text(
    f"SELECT EXISTS ((SELECT {_CONTENT} FROM {_STORED} EXCEPT ALL SELECT {_CONTENT} FROM {GIVEN})"  # noqa: S608
    f" UNION ALL (SELECT {_CONTENT} FROM {GIVEN} EXCEPT ALL SELECT {_CONTENT} FROM {_STORED}))"
)
_NONE: dict[str, Any] = dict.fromkeys(("begin", "end", "settlement", "provider", "state", "at", "id"))


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of the comparison of a day, and the next page's cursor. Raises Invalid for a forged cursor."""
    begin = _start(filters["day"])
    values = _NONE | {"begin": begin, "end": _start(filters["day"] + timedelta(days=1)), "limit": limit + 1}
    values |= {name: filters.get(name) for name in ("state", "provider")}
    if cursor is not None:
        at, values["id"] = pagination.decode(cursor, f"{ORDER}:{sort}")
        values["at"] = datetime.fromisoformat(at)
    rows = db.fetch_all(_COMPARED, values)
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], pagination.encode(f"{ORDER}:{sort}", [last.at.isoformat(), last.id])


def states(provider: str, settlement_id: str, most: int) -> dict[str, int]:
    """Return how many lines of a settlement are in each state of the comparison."""
    values = _NONE | {"provider": provider, "settlement": settlement_id, "limit": most}
    return {row.state: row.lines for row in db.fetch_all(_STATES, values)}


def summed(provider: str, settlement_id: str) -> AnyRow | None:
    """Return currency, number of lines and net amount of a settlement; None if it was not imported."""
    row = SettlementLineRow
    sums = (func.min(row.currency).label("currency"), func.count().label("lines"))
    query = select(*sums, cast(func.sum(row.net), BigInteger).label("net"))
    found = db.fetch_one(query.where(row.provider == provider, row.settlement_id == settlement_id))
    return found if found and found.lines else None


def given(provider: str, settlement_id: str, content: str) -> dict[str, str]:
    """Return the parameters of a statement about the lines of a file."""
    return {"provider": provider, "settlement": settlement_id, "lines": content}


def differs(provider: str, settlement_id: str, content: str) -> bool:
    """Return whether the stored lines of a settlement are others than those of a file."""
    return bool(db.fetch_value(_DIFFERS, given(provider, settlement_id, content)))


def lock(provider: str, settlement_id: str) -> None:
    """Let no other transaction import this settlement until this one ends."""
    name = f"settlement {provider} {settlement_id}"
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(current_app.config["FINANCE_TIMEZONE"]))

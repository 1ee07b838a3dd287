"""Pages and sums of a user's lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.finance.transactions import kinds, lines
from metaia.finance.transactions.lines import Holdings

BY_TIME = "bookedAt"
BATCH = 1000  # lines that `every` reads at once
_SUMS = (
    "SELECT {group} AS name, currency, count(*)::bigint AS number,"
    " coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint AS incoming,"
    " coalesce(sum(-amount) FILTER (WHERE amount < 0), 0)::bigint AS outgoing, sum(amount)::bigint AS net"
    " FROM ({lines}) f GROUP BY 1, 2 ORDER BY 1, 2"
)
_PERIODS = {
    unit: f"date_trunc('{unit}', booked_at AT TIME ZONE :zone)::date" for unit in ("day", "week", "month")
}


def page(
    held: Holdings, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[AnyRow], str | None]:
    """Return one page of lines, and the next page's cursor. Raises Invalid for a cursor of another list."""
    values: dict[str, Any] = filters | {"limit": limit + 1}
    if cursor is not None:
        at, values["id"], values["leg"] = pagination.decode(cursor, f"transactions:{sort}")
        values["at"] = datetime.fromisoformat(at)
    sql = lines.statement(filters, limited=True, ascending=not sort.startswith("-"), after=cursor is not None)
    rows = lines.fetch(sql, held, values)
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    position = [last.booked_at.isoformat(), str(last.posting_id), last.leg]
    return rows[:limit], pagination.encode(f"transactions:{sort}", position)


def every(held: Holdings, filters: Mapping[str, Any]) -> Iterator[AnyRow]:
    """Yield all lines, the earliest first, read in batches."""
    after: dict[str, Any] = {}
    while True:
        sql = lines.statement(filters, limited=True, ascending=True, after=bool(after))
        rows = lines.fetch(sql, held, dict(filters) | after | {"limit": BATCH})
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1]
        after = {"at": last.booked_at, "id": str(last.posting_id), "leg": last.leg}


def by_period(held: Holdings, filters: Mapping[str, Any], unit: str, zone: str) -> list[AnyRow]:
    """Return count, incoming, outgoing and net sum by currency and day, week or month of a time zone."""
    sql = _SUMS.format(group=_PERIODS[unit], lines=lines.statement(filters))
    return lines.fetch(sql, held, dict(filters) | {"zone": zone})


def by_type(held: Holdings, filters: Mapping[str, Any]) -> list[AnyRow]:
    """Return the same sums by currency and type; `name` is a leg and a kind of postings."""
    sql = _SUMS.format(group="leg || ':' || kind", lines=lines.statement(filters))
    return lines.fetch(sql, held, filters)


def of_type(name: str) -> dict[str, Any]:
    """Return the filter of the lines of a type."""
    return {"other_types" if name == kinds.OTHER else "types": kinds.named(name)}

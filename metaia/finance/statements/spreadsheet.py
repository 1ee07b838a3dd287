"""A statement as CSV. Texts cannot become formulas of a spreadsheet; amounts stay numbers, also below 0."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from defusedcsv import csv

from metaia.core.money import exponent
from metaia.core.times import rfc3339
from metaia.finance.statements.presenters import Line
from metaia.finance.statements.queries import Statement

HEADER = ("booked", "happened", "type", "description", "amount", "balance", "currency", "order", "id")
BOM = "\ufeff"  # Excel reads CSV without it as Latin-1


def write(this: Statement, lines: Iterable[Line]) -> Iterator[bytes]:
    """Yield the rows of a statement: the opening balance, its lines, the closing balance."""
    yield _row(HEADER, BOM)
    yield _balance(this, "opening", this.opening)
    for each in lines:
        yield _row(
            (
                local(this, each.booked_at), rfc3339(each.at), each.type, each.description,
                decimal(each.amount, this.currency), decimal(each.balance, this.currency), each.currency,
                each.order_id, each.id,
            )
        )  # fmt: skip
    yield _balance(this, "closing", this.closing)


def local(this: Statement, moment: datetime) -> str:
    """Return a moment in the time zone of a statement, as `2026-11-28T09:30:00+05:30`."""
    return moment.astimezone(ZoneInfo(this.time_zone)).isoformat(timespec="seconds")


def decimal(minor: int, currency: str) -> Decimal:
    """Return an amount in major units with all decimals of the currency."""
    return Decimal(minor).scaleb(-exponent(currency))


def _balance(this: Statement, name: str, amount: int) -> bytes:
    at = local(this, this.starts_at if name == "opening" else this.ends_at)
    shown = decimal(amount, this.currency)
    return _row((at, None, name, f"{name.capitalize()} balance", None, shown, this.currency, None, None))


def _row(cells: Iterable[object], prefix: str = "") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return (prefix + out.getvalue()).encode()

"""Rows of providers' reports as lines of a settlement. Pure: nothing is evaluated, and what is no value is refused.

Razorpay: `GET /v1/settlements/recon/combined`. Stripe: balance transactions of a payout, or its itemized payout report.
The columns of a CSV have the names of the fields.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from metaia.core.json import Json
from metaia.core.money import MAX_MINOR, currencies, to_minor
from metaia.providers.payments.wire_amounts import STRIPE, WireAmounts

MOST_ROWS = 10_000
ATTEMPT, REFUND = "attempt", "refund"
_ID = re.compile(r"[A-Za-z0-9_-]{1,60}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_WORD = re.compile(r"[a-z_]{1,20}")
RAZORPAY_KINDS = {"payment": ATTEMPT, "refund": REFUND}
STRIPE_KINDS = {"charge": ATTEMPT, "payment": ATTEMPT, "refund": REFUND, "payment_refund": REFUND}
STRIPE_PAYOUT = "payout"  # the settlement itself, which is no part of its sum


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a settlement; see SettlementLineRow."""

    settlement_id: str
    kind: str
    reference: str
    amount: int
    fee: int
    net: int
    currency: str
    at: datetime


class BadRow(ValueError):
    """A row cannot be read. The text names the row, and not its content."""


def from_csv(text: str) -> list[Json]:
    """Return the rows of a CSV with a header. Raises BadRow."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if not header or len(set(header)) < len(header):
            raise BadRow("The first line must name the columns, each once.")
        found: list[Json] = []
        for values in reader:
            if len(values) != len(header):
                raise BadRow(f"Row {len(found) + 1} has another number of columns than the first line.")
            found.append(
                {name: value.strip() for name, value in zip(header, values, strict=True) if value.strip()}
            )
            if len(found) > MOST_ROWS:
                raise BadRow(f"At most {MOST_ROWS} rows.")
    except csv.Error:
        raise BadRow("This is no CSV.") from None
    return found


def lines(provider: str, rows: Iterable[Json], *, major: bool, settlement_id: str | None) -> Iterator[Line]:
    """Yield the lines of a report. `major`: its amounts are decimals of major units. Raises BadRow."""
    read = READERS[provider]
    for number, row in enumerate(rows, start=1):
        try:
            line = read(row, major, settlement_id)
        except (
            KeyError,
            ValueError,
            TypeError,
            InvalidOperation,
            OverflowError,
            OSError,
            AttributeError,
        ) as error:
            name = f": {error.args[0]}" if isinstance(error, KeyError) else ""
            raise BadRow(f"Row {number} cannot be read{name}.") from None
        if line is not None:
            yield line


def _razorpay(row: Json, major: bool, settlement_id: str | None) -> Line:
    amounts = _Amounts(row, WireAmounts(), major)
    credit, debit = amounts.of("credit", 0), amounts.of("debit", 0)
    kind = _word(row["type"])
    return Line(
        settlement_id=settlement_id or _id(row["settlement_id"]),
        kind=RAZORPAY_KINDS.get(kind, kind),
        reference=_id(row["entity_id"]),
        amount=abs(amounts.of("amount")),
        fee=amounts.of("fee", 0),
        net=credit - debit,
        currency=amounts.currency,
        at=_moment(row["created_at"]),
    )


def _stripe(row: Json, major: bool, settlement_id: str | None) -> Line | None:
    kind = _word(_first(row, "reporting_category", "type"))
    if kind == STRIPE_PAYOUT:
        return None
    amounts = _Amounts(row, STRIPE, major)
    gross = amounts.of("gross" if "gross" in row else "amount")
    fee = amounts.of("fee", 0)
    net = amounts.of("net")
    if net != gross - fee:
        raise ValueError("net is not the amount less the fee")
    source = _first(row, "source_id", "source")
    objects = source if isinstance(source, dict) else {"id": source}
    intent = row.get("payment_intent_id") or row.get("payment_intent") or objects.get("payment_intent")
    kind = STRIPE_KINDS.get(kind, kind)
    return Line(
        settlement_id=settlement_id or _id(row["automatic_payout_id"]),
        kind=kind,
        reference=_id(intent if kind == ATTEMPT and intent else objects["id"]),
        amount=abs(gross),
        fee=fee,
        net=net,
        currency=amounts.currency,
        at=_moment(_first(row, "created", "created_utc")),
    )


READERS: dict[str, Callable[[Json, bool, str | None], Line | None]] = {
    "razorpay": _razorpay,
    "stripe": _stripe,
}


class _Amounts:
    """The amounts of a row, in minor units."""

    def __init__(self, row: Json, wire: WireAmounts, major: bool) -> None:
        self._row, self._wire, self._major = row, wire, major
        self.currency = str(row["currency"]).upper()
        if self.currency not in currencies():
            raise ValueError("no currency")

    def of(self, name: str, default: int | None = None) -> int:
        value = self._row.get(name)
        if value is None:
            if default is None:
                raise KeyError(name)
            return default
        if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)):
            raise ValueError("no amount")
        number = Decimal(str(value))
        if self._major:
            return to_minor(number, self.currency)
        if number != number.to_integral_value():
            raise ValueError("no whole number of minor units")
        sign = -1 if number < 0 else 1
        minor = sign * self._wire.from_wire(abs(int(number)), self.currency)
        if abs(minor) > MAX_MINOR:
            raise ValueError("too large")
        return minor


def _first(row: Json, *names: str) -> Any:
    for name in names:
        if row.get(name) is not None:
            return row[name]
    raise KeyError(names[0])


def _id(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError("no id")
    return value


def _word(value: object) -> str:
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise ValueError("no type")
    return value


def _moment(value: object) -> datetime:
    """Return a time, in seconds since 1970 or as text of ISO 8601; without a zone it is UTC."""
    if isinstance(value, bool):
        raise TypeError("no time")
    if isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit()):
        found = datetime.fromtimestamp(int(value), UTC)
    else:
        found = datetime.fromisoformat(str(value))
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if not 2000 < found.year < 2200:
        raise ValueError("no time")
    return found

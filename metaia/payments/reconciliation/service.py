"""Importing a settlement: its lines are stored, and its sum is booked, in one transaction. Once, however often."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import text

from metaia.core import db, threads
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Invalid, declare
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import HOUSE, Account, Posting
from metaia.ledger.chart import Line as Entry
from metaia.payments.reconciliation import queries, rows
from metaia.payments.reconciliation.rows import BadRow, Line

KIND = "settlement"
PAID, RETURNED = 1, 2  # the numbers of its postings: to our bank, and back
_STORE = text(
    f"""
    INSERT INTO settlement_lines (provider, settlement_id, imported_at, id, number, kind, reference, amount, fee, net,
        currency, at)
    SELECT :provider, :settlement, :now, id, number, kind, reference, amount, fee, net, currency, at
    FROM {queries.GIVEN}
    """  # noqa: S608 - constants
)
declare(
    {
        "settlement_differs": "This settlement was imported with other lines.",
        "settlement_unknown": "This settlement was not imported.",
    }
)


@dataclass(frozen=True, slots=True)
class _Read:
    """A settlement as its file states it; `content` has its lines as JSON."""

    id: str
    currency: str
    lines: int
    net: int
    content: str


def settle(body: Json) -> Json:
    """Store the lines of a settlement and book its sum from the provider to our bank; return what it shows.

    Raises Invalid for rows that cannot be read, and Conflict (`settlement_differs`).
    """
    # In a thread: 10,000 rows take some tenths of a second, in which no other greenlet would run.
    provider, read = body["provider"], threads.call(_read, body)
    with db.transaction():
        queries.lock(provider, read.id)
        if queries.summed(provider, read.id) is None:
            db.execute(_STORE, queries.given(provider, read.id, read.content) | {"now": now()})
            _book(provider, read.id, read.currency, read.net, PAID)
            after = {"lines": read.lines, "net": read.net, "currency": read.currency}
            audit_log.record("settlement.imported", subject=f"{KIND}-{provider}-{read.id}", after=after)
        elif queries.differs(provider, read.id, read.content):
            raise Conflict("This settlement was imported with other lines.", code="settlement_differs")
    return summary(provider, read.id)


def take_back(provider: str, settlement_id: str) -> Json:
    """Book that a settlement came back from our bank to the provider, once. Raises Conflict (`settlement_unknown`)."""
    with db.transaction():
        queries.lock(provider, settlement_id)
        found = queries.summed(provider, settlement_id)
        if found is None:
            raise Conflict("Import the settlement first.", code="settlement_unknown")
        _book(provider, settlement_id, found.currency, -found.net, RETURNED)
        subject = f"{KIND}-{provider}-{settlement_id}"
        after = {"net": found.net, "currency": found.currency}
        audit_log.record("settlement.returned", subject=subject, after=after)
    return summary(provider, settlement_id)


def summary(provider: str, settlement_id: str) -> Json:
    """Return a settlement with its sum in minor units, and how many lines are in each state of the comparison.

    Raises LookupError if it was not imported.
    """
    found = queries.summed(provider, settlement_id)
    if found is None:
        raise LookupError(settlement_id)
    states = queries.states(provider, settlement_id, rows.MOST_ROWS)
    return {
        "provider": provider,
        "id": settlement_id,
        "currency": found.currency,
        "lines": found.lines,
        "net": found.net,
        "states": states,
    }


def _read(body: Json) -> _Read:
    """Return what a file states. Raises Invalid."""
    try:
        given = rows.from_csv(body["csv"]) if "csv" in body else body["rows"]
        major = body["unit"] == "major"
        found = [*rows.lines(body["provider"], given, major=major, settlement_id=body.get("settlement_id"))]
    except BadRow as error:
        raise Invalid(details={"csv" if "csv" in body else "rows": [str(error)]}) from None
    if not found:
        raise Invalid(details={"rows": ["There is no line of a settlement."]})
    return _Read(
        _one({line.settlement_id for line in found}),
        _one({line.currency for line in found}),
        len(found),
        sum(line.net for line in found),
        _content(found),
    )


def _content(found: Sequence[Line]) -> str:
    numbered = enumerate(found, start=1)
    values = (asdict(line) | {"id": new_id(), "number": number} for number, line in numbered)
    return json.dumps([each | {"at": each["at"].isoformat()} for each in values])


def _one(values: set[str]) -> str:
    if len(values) > 1:
        raise Invalid(details={"rows": ["All rows must belong to one settlement, in one currency."]})
    return values.pop()


def _book(provider: str, settlement_id: str, currency: str, amount: int, number: int) -> None:
    if amount:
        entries = [
            Entry(Account("bank", HOUSE, currency), amount),
            Entry(Account("gateway", provider, currency), -amount),
        ]
        key, subject = f"settlement:{provider}:{settlement_id}:{number}", f"{KIND}-{provider}-{settlement_id}"
        ledger_service.post(Posting(key, KIND, entries, subject[:80]))

"""Importing a settlement: its lines are stored, and its sum is booked, in one transaction. Once, however often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import gevent
from sqlalchemy import insert

from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Invalid, declare
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import HOUSE, Account, Posting
from metaia.ledger.chart import Line as Entry
from metaia.payments.reconciliation import queries, rows
from metaia.payments.reconciliation.models import SettlementLineRow
from metaia.payments.reconciliation.rows import BadRow, Line

KIND = "settlement"
PAID, RETURNED = 1, 2  # the numbers of its postings: to our bank, and back
BREATH = 200  # rows that are read before other requests get a turn
declare(
    {
        "settlement_differs": "This settlement was imported with other lines.",
        "settlement_unknown": "This settlement was not imported.",
    }
)


def settle(body: Json) -> Json:
    """Store the lines of a settlement and book its sum from the provider to our bank; return what it shows.

    Raises Invalid for rows that cannot be read, and Conflict (`settlement_differs`).
    """
    provider, found = body["provider"], _lines(body)
    settlement_id, currency = (
        _one({line.settlement_id for line in found}),
        _one({line.currency for line in found}),
    )
    with db.transaction():
        queries.lock(provider, settlement_id)
        if not _stored_before(provider, settlement_id, found):
            _store(provider, found)
            net = sum(line.net for line in found)
            _book(provider, settlement_id, currency, net, PAID)
            after = {"lines": len(found), "net": net, "currency": currency}
            audit_log.record("settlement.imported", subject=f"{KIND}-{provider}-{settlement_id}", after=after)
    return summary(provider, settlement_id)


def take_back(provider: str, settlement_id: str) -> Json:
    """Book that a settlement came back from our bank to the provider, once. Raises Conflict (`settlement_unknown`)."""
    with db.transaction():
        queries.lock(provider, settlement_id)
        found = queries.lines(provider, settlement_id)
        if not found:
            raise Conflict("Import the settlement first.", code="settlement_unknown")
        net = sum(line.net for line in found)
        _book(provider, settlement_id, found[0].currency, -net, RETURNED)
        subject = f"{KIND}-{provider}-{settlement_id}"
        audit_log.record(
            "settlement.returned", subject=subject, after={"net": net, "currency": found[0].currency}
        )
    return summary(provider, settlement_id)


def summary(provider: str, settlement_id: str) -> Json:
    """Return a settlement with its sum in minor units, and how many lines are in each state of the comparison."""
    found = queries.lines(provider, settlement_id)
    compared = queries.of_settlement(provider, settlement_id, rows.MOST_ROWS)
    return {
        "provider": provider,
        "id": settlement_id,
        "currency": found[0].currency,
        "lines": len(found),
        "net": sum(line.net for line in found),
        "states": dict(Counter(each.state for each in compared)),
    }


def _lines(body: Json) -> list[Line]:
    found: list[Line] = []
    try:
        given = rows.from_csv(body["csv"]) if "csv" in body else body["rows"]
        read = rows.lines(
            body["provider"], given, major=body["unit"] == "major", settlement_id=body.get("settlement_id")
        )
        for line in read:
            found.append(line)
            if len(found) % BREATH == 0:
                gevent.sleep(0)
    except BadRow as error:
        raise Invalid(details={"csv" if "csv" in body else "rows": [str(error)]}) from None
    if not found:
        raise Invalid(details={"rows": ["There is no line of a settlement."]})
    return found


def _one(values: set[str]) -> str:
    if len(values) > 1:
        raise Invalid(details={"rows": ["All rows must belong to one settlement, in one currency."]})
    return values.pop()


def _stored_before(provider: str, settlement_id: str, given: Sequence[Line]) -> bool:
    stored = [
        Line(*(getattr(row, name) for name in Line.__slots__))
        for row in queries.lines(provider, settlement_id)
    ]
    if stored and Counter(stored) != Counter(given):
        raise Conflict("This settlement was imported with other lines.", code="settlement_differs")
    return bool(stored)


def _store(provider: str, found: Sequence[Line]) -> None:
    moment = now()
    values = [
        asdict(line) | {"id": new_id(), "provider": provider, "number": number, "imported_at": moment}
        for number, line in enumerate(found, start=1)
    ]
    db.execute(insert(SettlementLineRow), values)


def _book(provider: str, settlement_id: str, currency: str, amount: int, number: int) -> None:
    if amount:
        entries = [
            Entry(Account("bank", HOUSE, currency), amount),
            Entry(Account("gateway", provider, currency), -amount),
        ]
        key, subject = f"settlement:{provider}:{settlement_id}:{number}", f"{KIND}-{provider}-{settlement_id}"
        ledger_service.post(Posting(key, KIND, entries, subject[:80]))

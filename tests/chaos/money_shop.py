"""A shop that takes payments at providers with their own books, and the work that waits in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, LiteralString

from metaia.core.times import now
from tests.chaos.money_bank import Bank
from tests.chaos.payment_providers import Provider
from tests.chaos.shops import Shop
from tests.support.people import Person

_UNDECIDED: LiteralString = """
    AND NOT EXISTS (SELECT FROM disputes d JOIN payments p ON p.id = d.payment_id
        WHERE p.purpose_id = sold.id::text AND d.status <> 'won')
    AND NOT EXISTS (SELECT FROM refunds r JOIN payments p ON p.id = r.payment_id
        WHERE p.purpose_id = sold.id::text AND r.status = 'failed')
"""
# Work that waits: if none of these has a row, the worker has nothing to do.
WAITING: dict[str, LiteralString] = {
    "webhooks": "SELECT source, type, tries, error FROM webhook_inbox WHERE digested_at IS NULL",
    "refunds": "SELECT provider, status, tries, error FROM refunds WHERE settled_at IS NULL",
    "questions": "SELECT provider, about, error FROM payment_questions WHERE answered_at IS NULL AND due_at <= now()",
    "jobs": "SELECT type FROM outbox WHERE kind = 'job'",
    "payouts": "SELECT id FROM payouts WHERE status = 'approved'",
    "ended orders": "SELECT id, payment FROM orders AS sold WHERE status IN ('rejected', 'cancelled')"
    " AND payment ->> 'paid' <> payment ->> 'refunded'" + _UNDECIDED,
    # Less than the smallest step of a provider cannot be refunded.
    "ended bookings": "SELECT id, fee, payment FROM bookings AS sold"
    " WHERE status IN ('declined', 'cancelled', 'expired')"
    " AND (payment -> 'paid')::bigint - (payment -> 'refunded')::bigint - coalesce(fee, 0) >= 10"
    + _UNDECIDED,
}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = {day: [{"from": "00:00", "to": "24:00"}] for day in DAYS}
ACCOUNT = {"method": "bank", "holder": "Asha Rao", "accountNumber": "000012345678", "bankCode": "HDFC0001234"}
COMMISSION = {"basisPoints": 1250, "reason": "The rate of the histories."}


def _hours() -> Iterator[str]:
    """Yield the starts of the hours from a week on."""
    first = now().replace(minute=0, second=0, microsecond=0) + timedelta(days=7)
    return ((first + timedelta(hours=hour)).isoformat() for hour in itertools.count())


@dataclass
class MoneyShop(Shop):
    """A shop with an admin, its bank, and its providers by name. It has a service in each currency."""

    admin: Person
    providers: Mapping[str, Provider]
    bank: Bank = field(default_factory=Bank)
    services: dict[str, str] = field(default_factory=dict)
    free: Iterator[str] = field(default_factory=_hours)

    def furnish(self, currencies: Mapping[str, object]) -> None:
        """Open the shop's calendar, its services, its payout account and the rate of its commission."""
        rule = COMMISSION | {"fromDay": str(now().date())}
        for person, method, path, body in (
            (self.tailor, "PUT", "/api/availability/weekly", {"timeZone": "UTC", "weekly": ALWAYS}),
            (self.tailor, "PUT", "/api/finance/payout-account", ACCOUNT),
            (self.admin, "PUT", "/api/admin/finance/commission-rules", rule),
        ):
            answer = self.ask(person, method, path, body)
            assert answer.ok, answer.text
        for currency in currencies:
            body = {
                "name": "Fitting",
                "durationMinutes": 60,
                "price": 10,
                "currency": currency,
                "stepMinutes": 60,
            }
            answer = self.ask(self.tailor, "POST", "/api/services", body)
            assert answer.status_code == 201, answer.text
            self.services[currency] = answer.json()["data"]["service"]["id"]

    def waiting(self) -> dict[str, Any]:
        """Return the work that waits."""
        found = {name: self.own.rows(query) for name, query in WAITING.items()}
        return {name: rows for name, rows in found.items() if rows}

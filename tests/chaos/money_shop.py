"""A shop that takes payments at providers with their own books, and the work that waits in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

from tests.chaos.payment_providers import Provider
from tests.chaos.shops import Shop
from tests.support.people import Person

# Work that waits: if none of these has a row, the worker has nothing to do.
WAITING: dict[str, LiteralString] = {
    "webhooks": "SELECT source, type, tries, error FROM webhook_inbox WHERE digested_at IS NULL",
    "refunds": "SELECT provider, status, tries, error FROM refunds WHERE settled_at IS NULL",
    "questions": "SELECT provider, about, error FROM payment_questions WHERE answered_at IS NULL AND due_at <= now()",
    "jobs": "SELECT type FROM outbox WHERE kind = 'job'",
    "ended orders": "SELECT id, payment FROM orders WHERE status IN ('rejected', 'cancelled')"
    " AND payment ->> 'paid' <> payment ->> 'refunded'"
    " AND NOT EXISTS (SELECT FROM disputes d JOIN payments p ON p.id = d.payment_id WHERE p.order_id = orders.id"
    " AND d.status <> 'won')"
    " AND NOT EXISTS (SELECT FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.order_id = orders.id"
    " AND r.status = 'failed')",
}


@dataclass
class MoneyShop(Shop):
    """A shop with an admin, and its providers by name."""

    admin: Person
    providers: Mapping[str, Provider]

    def waiting(self) -> dict[str, Any]:
        """Return the work that waits."""
        found = {name: self.own.rows(query) for name, query in WAITING.items()}
        return {name: rows for name, rows in found.items() if rows}

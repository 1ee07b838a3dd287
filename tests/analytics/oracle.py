"""A slow oracle: the derived tables, made in Python from the rows of the domains, by other code than the product's."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from metaia.core import db

QUARTER = 900
ENDED = ("completed", "rejected", "cancelled")
EARNERS = ("partner", "courier", "commission", "sales", "promotions", "losses")
Rollup = dict[tuple[int, str, str | None], Counter[str]]  # by quarter, currency and partner


def rows(sql: str) -> list[Any]:
    return db.fetch_all(text(sql))


def quarter(at: datetime) -> int:
    return int(at.timestamp()) // QUARTER


def orders() -> Rollup:
    """Return the numbers of orders by the quarter of each step; the partner None has those of all."""
    steps = defaultdict(list)
    for step in rows("SELECT * FROM order_steps ORDER BY order_id, version"):
        steps[step.order_id].append(step)
    found: Rollup = defaultdict(Counter)
    for order in rows("SELECT * FROM orders"):
        for at, values in _steps_of(order, steps[order.id]):
            for partner in {None, str(order.partner_id) if order.partner_id else None}:
                found[quarter(at), order.currency, partner].update(values)
    return found


def _steps_of(order: Any, steps: list[Any]) -> list[tuple[datetime, dict[str, int]]]:
    pieces = sum(int(item["quantity"]) for item in order.items)
    found: list[tuple[datetime, dict[str, int]]] = [
        (order.created_at, {"placed": 1, "gmv": order.total, "items": pieces})
    ]
    accepted = [step.at for step in steps if step.status not in {"pending", "rejected", "cancelled"}]
    if accepted:
        found.append((min(accepted), {"accepted": 1}))
    ended = [step.at for step in steps if step.status in ENDED]
    if ended:
        outcome = "expired" if any(step.action == "expire" for step in steps) else order.status
        values = {outcome: 1}
        if outcome == "completed":
            values |= {"completed_value": order.total, "tips": order.tip}
        found.append((min(ended), values))
    return found


def money() -> Rollup:
    """Return revenue by the quarter of booking."""
    entries = defaultdict(list)
    for entry in rows("SELECT * FROM ledger_entries"):
        entries[entry.posting_id, entry.currency].append(entry)
    kinds = {posting.id: posting for posting in rows("SELECT * FROM ledger_postings")}
    found: Rollup = defaultdict(Counter)
    for (posting_id, currency), lines in entries.items():
        posting = kinds[posting_id]
        earned = sum(line.amount for line in lines if line.kind in EARNERS)
        values = {
            "gross": -earned if posting.kind in {"earned", "credit"} else 0,
            "refunds": earned if posting.kind == "refund" else 0,
            "disputes": earned if posting.kind == "dispute" else 0,
            "corrections": -earned if posting.kind == "corrected" else 0,
            "commission": -sum(line.amount for line in lines if line.kind == "commission"),
            "fees": sum(line.amount for line in lines if line.kind == "fees"),
            "payouts": -sum(
                line.amount for line in lines if line.kind == "bank" and posting.kind == "payout"
            ),
        }
        partners = [line.owner for line in lines if line.kind == "partner" and line.owner.count("-") == 4]
        for partner in {None, max(partners) if partners else None}:
            found[quarter(posting.booked_at), currency, partner].update(values)
    return found


def activity(zone: ZoneInfo) -> Counter[tuple[str, str, str]]:
    """Return the numbers of actions by day, user and role."""
    sources = [f"SELECT actor_id, actor_role, at FROM {name}_steps" for name in ("order", "offer", "booking")]
    sources += [
        "SELECT sender_id, sender_role, created_at FROM messages WHERE sender_role IS NOT NULL",
        "SELECT author_id, 'customer', created_at FROM reviews",
        "SELECT payer_id, 'customer', created_at FROM payments",
    ]
    found = Counter[tuple[str, str, str]]()
    for source in sources:
        for user_id, role, at in rows(source):
            if user_id is not None:
                found[str(at.astimezone(zone).date()), str(user_id), role] += 1
    return found


def cohorts() -> dict[str, datetime]:
    """Return the time of the first order by customer."""
    found: dict[str, datetime] = {}
    for order in rows("SELECT customer_id, created_at FROM orders WHERE customer_id IS NOT NULL"):
        user = str(order.customer_id)
        found[user] = min(found.get(user, order.created_at), order.created_at)
    return found


def stored(table: str, names: tuple[str, ...]) -> Rollup:
    """Return a rollup as the product has it, without zeros."""
    zeros = "00000000-0000-0000-0000-000000000000"
    found: Rollup = {}
    for row in rows(f"SELECT * FROM {table}"):
        partner = None if str(row.partner_id) == zeros else str(row.partner_id)
        found[quarter(row.bucket), row.currency, partner] = Counter(
            {name: int(getattr(row, name)) for name in names}
        )
    return compact(found)


def compact(found: Rollup) -> Rollup:
    """Return a rollup without zeros and empty rows."""
    kept = {key: Counter({name: n for name, n in values.items() if n}) for key, values in found.items()}
    return {key: values for key, values in kept.items() if values}

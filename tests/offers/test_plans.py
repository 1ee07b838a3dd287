"""Lists and figures read offers by indexes: their plans with 50,000 offers, in a transaction that is rolled back.

They are also those of a platform half of whose users have deleted their accounts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.times import now
from metaia.offers import queries
from metaia.offers.analytics import queries as figures
from metaia.offers.counterparties import queries as counterparties
from metaia.offers.forgetting import queries as forgetting
from metaia.offers.limits import queries as limits
from metaia.offers.timeline import queries as timeline
from tests.support.plans import statements

USERS, OFFERS = 500, 50_000
SEED = """
    INSERT INTO users (id, email, password_hash, name, role, active, created_at)
    SELECT ('20000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'offers' || n || '@plans.example', '', '',
        'tailor', true, now() FROM generate_series(0, :users) AS n;
    INSERT INTO offers (id, offer_number, deal_id, status, seller_id, buyer_id, maker_id, round, items, adjustment,
        total, currency, terms, customer_info, expires_at, order_id, version, created_at, updated_at, words)
    SELECT gen_random_uuid(), 'P' || n, gen_random_uuid(), status, seller, buyer, buyer, 1, '[]', 0,
        n, 'INR', '{}', '{}', at + interval '2 days',
        CASE WHEN status = 'accepted' THEN gen_random_uuid() END, 1, at, at,
        array_to_tsvector(ARRAY['p' || n, 'linen'])
    FROM generate_series(1, :offers) AS n, LATERAL (SELECT
        ('20000000-0000-7000-8000-' || lpad((n % (:users / 2))::text, 12, '0'))::uuid AS seller,
        ('20000000-0000-7000-8000-' || lpad((:users / 2 + n % (:users / 2 - 7))::text, 12, '0'))::uuid AS buyer,
        now() - n * interval '20 minutes' AS at,
        CASE WHEN n < 200 THEN 'pending' WHEN n % 2 = 0 THEN 'accepted' ELSE 'expired' END AS status) AS made;
    INSERT INTO offer_steps (offer_id, version, action, status, round, actor_role, after, at)
    SELECT id, 1, 'create', 'pending', 1, 'customer', '{}', created_at FROM offers ON CONFLICT DO NOTHING
"""
DELETED = """
    UPDATE users SET active = false, inactive_because = 'deleted' WHERE email LIKE '%@plans.example'
        AND hashtext(email) % 2 = 0
"""
ONE, TWO = (f"20000000-0000-7000-8000-{number:012d}" for number in (7, 257))
PARTNER, STAFF = Actor(ONE, "tailor", "", 0), Actor(ONE, "admin", "", 0)
Call = Callable[[], object]


class _Undo(Exception):
    """Roll the transaction back."""


def page(actor: Actor = PARTNER, sort: str = "-createdAt", **filters: Any) -> Call:
    """Return the read of the first page of a list."""
    return lambda: queries.page(actor, filters=filters, sort=sort, limit=20, cursor=None)


def quarter(user_id: str | None) -> list[Any]:
    return figures.conditions(now() - timedelta(days=90), now(), user_id, None)


CALLS: dict[str, Call] = {
    "list, own": page(),
    "list, own, to answer": page(turn="mine"),
    "list, own, by total": page(sort="total"),
    "list, own, of a side": page(as_="buyer"),
    "list, own, with another": page(counterparty_id=TWO),
    "list, own, by words": page(q="P77"),
    "list, staff": page(STAFF),
    "list, staff, by total": page(STAFF, sort="-total"),
    "list, staff, by expiry": page(STAFF, sort="expiresAt"),
    "list, staff, of a deal": page(STAFF, deal_id=ONE),
    "list, staff, of a user": page(STAFF, seller_id=ONE),
    "figures, own": lambda: figures.counts(quarter(ONE), "day"),
    "medians, own": lambda: figures.medians(quarter(ONE)),
    "figures, staff": lambda: figures.counts(quarter(None), "day"),
    "medians, staff": lambda: figures.medians(quarter(None)),
    "offers of a deal": lambda: queries.of_deal(ONE),
    "latest of a deal": lambda: queries.latest(ONE),
    "overdue": lambda: queries.overdue(now(), 200),
    "open ones": lambda: limits.count(ONE, TWO),
    "users in negotiation": lambda: counterparties.in_negotiation(ONE, [TWO]),
    "history": lambda: timeline.steps(ONE),
    "histories": lambda: timeline.of_offers([ONE, TWO]),
    "entries": lambda: timeline.of_versions({(ONE, 1), (TWO, 2)}),
    "of deleted users": lambda: forgetting.open_of_deleted(100),
    "to erase": lambda: forgetting.to_erase(100),
}


def _scans(call: Call) -> list[str]:
    """Return the lines of plans that read all offers or their whole history."""
    with statements() as found:
        call()
    lines: list[str] = []
    for statement, parameters in found:
        plan = db.current().connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        lines += plan.scalars().all()
    assert lines
    return [line for line in lines if "Seq Scan on offer" in line]


@pytest.mark.usefixtures("deal")
def test_no_list_reads_all_offers(app: Flask) -> None:
    scans: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    with app.app_context():
        try:
            with db.transaction():
                for statement in SEED.split(";"):
                    db.execute(text(statement), {"users": USERS, "offers": OFFERS})
                db.execute(text("ANALYZE users, offers, offer_steps"))
                scans = {name: found for name, call in CALLS.items() if (found := _scans(call))}
                for statement in (DELETED, "ANALYZE users"):
                    db.execute(text(statement), {})
                after = {name: found for name, call in CALLS.items() if (found := _scans(call))}
                raise _Undo
        except _Undo:
            with db.transaction():  # the sizes of tables that planners know are not rolled back
                db.execute(text("ANALYZE users, offers, offer_steps"))
    assert scans == {}
    assert after == {}

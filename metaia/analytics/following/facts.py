"""The statements that make facts from the tables of the domains. They read those tables and write only facts.

`{next}` is empty, or the suffix of the tables of a rebuild. A fact is a function of the rows it is made from, so
repeated, reordered and lost work cannot change the result.
"""

from __future__ import annotations

from typing import Final

from metaia.core.access.permissions import CUSTOMER

_UUID: Final = "'^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'"
ORDERS: Final = """
    INSERT INTO fact_orders{next} AS f (order_id, customer_id, partner_id, courier_id, currency, total, tip, items,
        placed_at, accepted_at, ready_at, picked_at, delivered_at, ended_at, outcome, version)
    SELECT o.id, o.customer_id, o.partner_id, o.courier_id, o.currency, o.total, o.tip, i.items, o.created_at,
        s.accepted_at, s.ready_at, s.picked_at, s.delivered_at, s.ended_at,
        CASE WHEN s.ended_at IS NULL THEN NULL WHEN s.expired THEN 'expired' ELSE o.status END, o.version
    FROM orders o CROSS JOIN LATERAL (
        SELECT min(at) FILTER (WHERE status NOT IN ('pending', 'rejected', 'cancelled')) AS accepted_at,
            min(at) FILTER (WHERE status = 'ready') AS ready_at,
            min(at) FILTER (WHERE status = 'out_for_delivery') AS picked_at,
            min(at) FILTER (WHERE status IN ('delivered', 'completed')) AS delivered_at,
            min(at) FILTER (WHERE status IN ('completed', 'rejected', 'cancelled')) AS ended_at,
            bool_or(action = 'expire') AS expired
        FROM order_steps WHERE order_id = o.id
    ) s CROSS JOIN LATERAL (
        SELECT coalesce(sum((item->>'quantity')::numeric), 0)::bigint AS items FROM jsonb_array_elements(o.items) item
    ) i WHERE o.id = ANY (CAST(:ids AS uuid[]))
    ON CONFLICT (order_id) DO UPDATE SET customer_id = excluded.customer_id, partner_id = excluded.partner_id,
        courier_id = excluded.courier_id, currency = excluded.currency, total = excluded.total, tip = excluded.tip,
        items = excluded.items, placed_at = excluded.placed_at, accepted_at = excluded.accepted_at,
        ready_at = excluded.ready_at, picked_at = excluded.picked_at, delivered_at = excluded.delivered_at,
        ended_at = excluded.ended_at, outcome = excluded.outcome, version = excluded.version
"""
ORDERS_DELETED: Final = """
    DELETE FROM fact_orders{next} f WHERE order_id = ANY (CAST(:ids AS uuid[]))
    AND NOT EXISTS (SELECT FROM orders o WHERE o.id = f.order_id)
"""
# The time axes, and the customer, of facts that are about to change or have changed.
ORDER_AXES: Final = """
    SELECT placed_at, accepted_at, ended_at, customer_id FROM fact_orders{next}
    WHERE order_id = ANY (CAST(:ids AS uuid[]))
"""
# What orders cost is the sum of the accounts of those that earn it: as the leg `charged` of finance/transactions.
_CHARGED: Final = "e.kind IN ('partner', 'courier', 'commission', 'sales', 'promotions', 'losses')"
MONEY: Final = f"""
    INSERT INTO fact_money{{next}} (posting_id, currency, booked_at, kind, subject, partner_id, gross, refunds,
        disputes, corrections, commission, fees, payouts)
    SELECT p.id, e.currency, p.booked_at, p.kind, p.subject,
        CAST(max(e.owner) FILTER (WHERE e.kind = 'partner' AND e.owner ~ {_UUID}) AS uuid),
        -coalesce(sum(e.amount) FILTER (WHERE {_CHARGED} AND p.kind IN ('earned', 'credit')), 0),
        coalesce(sum(e.amount) FILTER (WHERE {_CHARGED} AND p.kind = 'refund'), 0),
        coalesce(sum(e.amount) FILTER (WHERE {_CHARGED} AND p.kind = 'dispute'), 0),
        -coalesce(sum(e.amount) FILTER (WHERE {_CHARGED} AND p.kind = 'corrected'), 0),
        -coalesce(sum(e.amount) FILTER (WHERE e.kind = 'commission'), 0),
        coalesce(sum(e.amount) FILTER (WHERE e.kind = 'fees'), 0),
        -coalesce(sum(e.amount) FILTER (WHERE e.kind = 'bank' AND p.kind = 'payout'), 0)
    FROM ledger_postings p JOIN ledger_entries e ON e.posting_id = p.id WHERE {{which}}
    GROUP BY p.id, e.currency
    HAVING bool_or(e.kind IN ('commission', 'fees') OR e.kind = 'bank' AND p.kind = 'payout'
        OR {_CHARGED} AND p.kind IN ('earned', 'credit', 'refund', 'dispute', 'corrected'))
    ON CONFLICT (posting_id, currency) DO NOTHING RETURNING booked_at
"""  # noqa: S608 - constants
BOOKED_SINCE: Final = (
    "p.booked_at >= :since AND NOT EXISTS (SELECT FROM fact_money{next} f WHERE f.posting_id = p.id)"
)
WITH_IDS: Final = "p.id = ANY (CAST(:ids AS uuid[]))"
# Transactions that have begun before this moment have ended: what they have booked can be read now. A transaction
# takes its time a moment before other transactions see it, hence the 5 seconds.
HORIZON: Final = """
    SELECT greatest(least(clock_timestamp(), min(xact_start)) - interval '5 seconds',
        clock_timestamp() - interval '1 hour') AS horizon
    FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
_ACTIONS: Final = """
    INSERT INTO fact_actions{{next}} (source, object_id, seq, user_id, role, at)
    SELECT {columns} WHERE {condition} ON CONFLICT (source, object_id, seq) DO NOTHING RETURNING user_id, at
"""
_STEPS: Final = "'{0}', {0}_id, version, actor_id, actor_role, at FROM {0}_steps"


def _steps(name: str) -> str:
    condition = f"actor_id IS NOT NULL AND {name}_id = ANY (CAST(:ids AS uuid[]))"
    return _ACTIONS.format(columns=_STEPS.format(name), condition=condition)


def _created(name: str, table: str, user: str) -> str:
    """Return the statement of what customers alone create."""
    columns = f"'{name}', id, 0, {user}, '{CUSTOMER}', created_at FROM {table}"
    return _ACTIONS.format(
        columns=columns, condition=f"id = ANY (CAST(:ids AS uuid[])) AND {user} IS NOT NULL"
    )


# By the kind of an object: the statement for the actions on objects with these ids.
ACTIONS: Final = {
    **{name: _steps(name) for name in ("order", "offer", "booking")},
    "message": _ACTIONS.format(
        columns="'message', id, 0, sender_id, sender_role, created_at FROM messages",
        condition="id = ANY (CAST(:ids AS uuid[])) AND sender_id IS NOT NULL AND sender_role IS NOT NULL",
    ),
    "review": _created("review", "reviews", "author_id"),
    "payment": _created("payment", "payments", "payer_id"),
}
# The tables of the objects, for a rebuild.
TABLES: Final = {
    "order": "orders",
    "offer": "offers",
    "booking": "bookings",
    "message": "messages",
    "review": "reviews",
    "payment": "payments",
    "posting": "ledger_postings",
}

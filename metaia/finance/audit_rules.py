"""Rules of the ledger's auditor: limits, payouts and handovers are what the ledger has. Each is one select."""

from __future__ import annotations

from flask import Flask

from metaia.finance.payouts.state import APPROVED, BOOKED, CANCELLED, REQUESTED
from metaia.ledger.audit.registry import RULES, in_sql


def _outcome(status: str) -> str:
    """Return what becomes of the hold of a payout in a status."""
    return "open" if status in {REQUESTED, APPROVED} else "voided" if status == CANCELLED else "posted"


RECENT = "> now() - interval '2 hours'"  # an hourly run sees each change twice
_LIMIT = """
    SELECT coalesce(c.user_id::text, a.owner) || ' ' || coalesce(c.currency, a.currency) AS subject,
        coalesce(c.credit_limit::text, 'no account') AS expected, coalesce(b.ceiling::text, 'no limit') AS found
    FROM credit_accounts c FULL JOIN (
        ledger_accounts a JOIN ledger_balances b ON b.account_id = a.id AND b.ceiling IS NOT NULL
        JOIN users u ON u.id::text = a.owner
    ) ON a.kind = 'credit' AND a.owner = c.user_id::text AND a.currency = c.currency
    WHERE coalesce(a.kind, 'credit') = 'credit' AND b.ceiling IS DISTINCT FROM c.credit_limit
"""
_STEPS = ", ".join(f"('{status}', '{' '.join(sorted(steps))}')" for status, steps in BOOKED.items())
_BOOKED = f"""
    SELECT p.id AS subject, p.status || ': ' || s.steps AS expected, coalesce(b.steps, '') AS found
    FROM payouts p LEFT JOIN (VALUES {_STEPS}) AS s (status, steps) ON s.status = p.status
    LEFT JOIN LATERAL (
        SELECT string_agg(split_part(key, ':', 3), ' ' ORDER BY split_part(key, ':', 3) COLLATE "C") AS steps
        FROM ledger_postings WHERE subject = 'payout-' || p.id AND kind = 'payout'
    ) b ON true
    WHERE coalesce(b.steps, '') IS DISTINCT FROM s.steps
"""  # noqa: S608 - constants
_ENDS = ", ".join(f"('{status}', '{_outcome(status)}')" for status in BOOKED)
_HELD = f"""
    SELECT coalesce(p.id, h.id) AS subject, coalesce(s.outcome || ' hold of ' || p.amount, 'a payout') AS expected,
        coalesce(coalesce(e.outcome, 'open') || ' hold of ' || h.amount, 'no hold') AS found
    FROM payouts p JOIN (VALUES {_ENDS}) AS s (status, outcome) ON s.status = p.status
    FULL JOIN (SELECT * FROM ledger_holds WHERE subject LIKE 'payout-%') h ON h.id = p.id
    LEFT JOIN ledger_hold_ends e ON e.hold_id = h.id
    WHERE (s.outcome, p.amount, p.id) IS DISTINCT FROM (coalesce(e.outcome, 'open'), h.amount, h.id)
"""  # noqa: S608 - constants
_HANDED_OVER = """
    SELECT h.id AS subject, h.amount || ' and ' || h.short AS expected,
        coalesce(sum(e.amount) FILTER (WHERE e.kind = 'bank'), 0) || ' and '
            || coalesce(sum(e.amount) FILTER (WHERE e.kind = 'losses'), 0) AS found
    FROM cash_handovers h LEFT JOIN ledger_postings p ON p.key IN ('handover:' || h.id, 'short:' || h.id)
    LEFT JOIN ledger_entries e ON e.posting_id = p.id {only} GROUP BY h.id
    HAVING coalesce(sum(e.amount) FILTER (WHERE e.kind = 'bank'), 0) <> h.amount
        OR coalesce(sum(e.amount) FILTER (WHERE e.kind = 'losses'), 0) <> h.short
"""
# An open hold of credit belongs to an order; the rule of orders checks that the order is alive.
_OF_ORDERS = """
    SELECT h.id AS subject, 'an order' AS expected, coalesce(h.subject, 'nothing') AS found
    FROM ledger_holds h JOIN ledger_accounts a ON a.id = h.account_id AND a.kind = 'credit'
    JOIN credit_accounts c ON c.user_id::text = a.owner AND c.currency = a.currency
    LEFT JOIN ledger_hold_ends e ON e.hold_id = h.id
    WHERE e.hold_id IS NULL AND coalesce(h.subject, '') NOT LIKE 'order-%'
"""
FINANCE_RULES = {
    "credit_limit_is_set": in_sql(_LIMIT),
    "credit_hold_has_order": in_sql(_OF_ORDERS),
    "payout_is_booked": in_sql(_BOOKED, f"{_BOOKED} AND p.updated_at {RECENT}"),
    "payout_is_held": in_sql(_HELD),
    "handover_is_booked": in_sql(
        _HANDED_OVER.format(only=""), _HANDED_OVER.format(only=f"WHERE h.created_at {RECENT}")
    ),
}


def register(app: Flask) -> None:
    """Register the rules of finance with the application."""
    for name, rule in FINANCE_RULES.items():
        RULES.register(app, name, rule)

"""The rules of the ledger itself, each as one select. The quick run looks at recent postings only."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from metaia.ledger.audit import queries
from metaia.ledger.audit.registry import MOST, RULES, Rule, in_sql
from metaia.ledger.chart import KINDS, Account

RECENT = "2 hours"  # an hourly run sees each posting twice
MOST_RECENT = 10_000  # postings that a quick run looks at
_ALL = "WITH postings AS (SELECT * FROM ledger_postings)"
_RECENT = (
    f"WITH postings AS MATERIALIZED (SELECT * FROM ledger_postings WHERE"  # noqa: S608 - constants
    f" booked_at > now() - interval '{RECENT}' ORDER BY booked_at DESC LIMIT {MOST_RECENT})"
)
# Accounts of which the quick run adds up all entries: the bounded ones, which have few, one per order or user.
_OWN = "('cash', 'credit', 'due')"
_TOUCHED = (
    f"{_RECENT}, accounts AS MATERIALIZED (SELECT DISTINCT e.account_id AS id FROM postings p"  # noqa: S608 - constants
    f" JOIN ledger_entries e ON e.posting_id = p.id WHERE e.kind IN {_OWN})"
)
_BALANCED = """
    SELECT p.id AS subject, '0 ' || e.currency AS expected, sum(e.amount) || ' ' || e.currency AS found
    FROM postings p JOIN ledger_entries e ON e.posting_id = p.id
    GROUP BY p.id, e.currency HAVING sum(e.amount) <> 0
"""
_COMPLETE = """
    SELECT p.id AS subject, p.lines || ' entries' AS expected, count(e.posting_id) || ' entries' AS found
    FROM postings p LEFT JOIN ledger_entries e ON e.posting_id = p.id AND e.booked_at = p.booked_at
    GROUP BY p.id, p.lines HAVING count(e.posting_id) <> p.lines
"""
_ORPHANS = """
    UNION ALL SELECT e.posting_id, 'a posting', 'none' FROM ledger_entries e
    LEFT JOIN ledger_postings p ON p.id = e.posting_id WHERE p.id IS NULL
"""
_FITS = """
    SELECT e.posting_id || ' line ' || e.line AS subject, e.kind || ':' || e.owner || ':' || e.currency AS expected,
        coalesce(a.kind || ':' || a.owner || ':' || a.currency, 'no account') AS found
    FROM postings p JOIN ledger_entries e ON e.posting_id = p.id LEFT JOIN ledger_accounts a ON a.id = e.account_id
    WHERE (a.kind, a.owner, a.currency) IS DISTINCT FROM (e.kind, e.owner, e.currency)
"""
_UNIQUE = """
    SELECT p.key AS subject, '1 posting' AS expected, count(*) || ' postings' AS found
    FROM ledger_postings p {only} GROUP BY p.key HAVING count(*) > 1
"""
_BALANCE = """
    SELECT n.id AS subject, coalesce(e.sum, 0) * n.normal AS expected, n.posted AS found
    FROM ledger_now() n {sums} WHERE n.posted <> coalesce(e.sum, 0) * n.normal
"""
_SUMS = "LEFT JOIN (SELECT account_id, sum(amount) FROM ledger_entries GROUP BY 1) e ON e.account_id = n.id"
_SUMS_OF_ACCOUNTS = """
    JOIN accounts a ON a.id = n.id
    LEFT JOIN LATERAL (SELECT sum(amount) FROM ledger_entries WHERE account_id = n.id) e ON true
"""
_HELD = """
    SELECT coalesce(b.account_id, h.account_id) AS subject, coalesce(h.sum, 0) AS expected, coalesce(b.held, 0) AS found
    FROM ledger_balances b FULL JOIN (
        SELECT account_id, sum(h.amount) FROM ledger_holds h LEFT JOIN ledger_hold_ends ON hold_id = h.id
        WHERE hold_id IS NULL GROUP BY 1
    ) h ON h.account_id = b.account_id
    WHERE coalesce(b.held, 0) <> coalesce(h.sum, 0)
"""
_BOUND = """
    SELECT n.id AS subject, 'at least ' || n.held AS expected, n.posted AS found
    FROM ledger_now() n {only} WHERE n.takes < 0 AND n.posted < n.held
"""
# A hold that was posted has exactly one entry, of its own account and of the amount that its end states.
_ENDS = """
    SELECT o.hold_id AS subject, o.outcome || ' ' || o.amount || ' of a hold' AS expected,
        coalesce(e.entries, 0) || ' entries of ' || coalesce(e.amount, 0) || ', hold of '
            || coalesce(h.amount, 0) AS found
    FROM ledger_hold_ends o LEFT JOIN ledger_holds h ON h.id = o.hold_id
    LEFT JOIN (
        SELECT hold_id, count(*) AS entries, sum(abs(amount)) AS amount, min(account_id::text) AS first,
            max(account_id::text) AS last FROM ledger_entries WHERE hold_id IS NOT NULL GROUP BY 1
    ) e ON e.hold_id = o.hold_id
    WHERE h.id IS NULL OR o.amount > h.amount OR coalesce(e.amount, 0) <> o.amount
        OR coalesce(e.entries, 0) <> CASE WHEN o.outcome = 'posted' THEN 1 ELSE 0 END
        OR (e.first, e.last) IS DISTINCT FROM (h.account_id::text, h.account_id::text) AND o.outcome = 'posted'
    UNION ALL SELECT e.hold_id, 'an end', 'none, but an entry' FROM ledger_entries e
    LEFT JOIN ledger_hold_ends o ON o.hold_id = e.hold_id WHERE e.hold_id IS NOT NULL AND o.hold_id IS NULL
"""
_ONLY_RECENT_KEYS = "WHERE p.key IN (SELECT key FROM postings)"
_ONLY_TOUCHED = "JOIN accounts a ON a.id = n.id"


def _identified(everything: bool) -> Iterator[tuple[str, str, str]]:
    """Yield accounts with an id that is not computed from their kind, owner and currency, or of an unknown kind."""
    found = 0
    for row in queries.accounts() if everything else ():
        expected = (
            Account(row.kind, row.owner, row.currency).id
            if row.kind in KINDS
            else "an account of a known kind"
        )
        if row.id != expected:
            yield row.id, expected, f"{row.kind}:{row.owner}:{row.currency}"
            found += 1
        if found == MOST:
            return


LEDGER_RULES: dict[str, Rule] = {
    "posting_balanced": in_sql(_ALL + _BALANCED, _RECENT + _BALANCED),
    "posting_complete": in_sql(_ALL + _COMPLETE + _ORPHANS, _RECENT + _COMPLETE),
    "entry_fits_account": in_sql(_ALL + _FITS, _RECENT + _FITS),
    "key_unique": in_sql(_UNIQUE.format(only=""), _RECENT + _UNIQUE.format(only=_ONLY_RECENT_KEYS)),
    "balance_is_entries": in_sql(
        _BALANCE.format(sums=_SUMS), _TOUCHED + _BALANCE.format(sums=_SUMS_OF_ACCOUNTS)
    ),
    "held_is_open_holds": in_sql(_HELD, _HELD),
    "balance_in_bounds": in_sql(_BOUND.format(only=""), _TOUCHED + _BOUND.format(only=_ONLY_TOUCHED)),
    "hold_ends_once": in_sql(_ENDS),
    "account_id": _identified,
}


def register(app: Flask) -> None:
    """Register the rules of the ledger with the application."""
    for name, rule in LEDGER_RULES.items():
        RULES.register(app, name, rule)

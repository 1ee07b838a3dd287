"""Rules of the ledger's auditor: a statement begins with the balance of the one before, and its lines add up."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from metaia.finance import days
from metaia.finance.statements import policy, queries
from metaia.finance.statements.queries import Statement
from metaia.finance.transactions import lines
from metaia.ledger.audit.registry import MOST, RULES, in_sql

BATCH = 500
MONTHS_QUICK, MONTHS_FULL = 1, 3  # whose lines are added up
# The closing balance of a statement is the opening balance of the next one.
_CONTINUES = """
    SELECT owner_id || ' ' || currency || ' ' || period AS subject, closed AS expected, opening AS found FROM (
        SELECT *, lag(closing) OVER (PARTITION BY owner_id, currency ORDER BY period) AS closed
        FROM finance_statements
    ) s WHERE opening <> closed
"""


def register(app: Flask) -> None:
    """Register the rules of statements with the application."""
    RULES.register(app, "statement_continues", in_sql(_CONTINUES))
    RULES.register(app, "statement_adds_up", _adds_up)


def _adds_up(everything: bool) -> Iterator[tuple[str, str, str]]:
    """Yield recent statements of which the ledger has other lines, or another balance at their end."""
    period = policy.of(days.today())
    for _ in range(MONTHS_FULL if everything else MONTHS_QUICK):
        period = period.previous
    found = 0
    for each in _since(str(period)):
        held = lines.holdings(each.owner_id, each.currency)
        expected = lines.balances(held, until=each.ends_at).get(each.currency, 0)
        inside = lines.balances(held, since=each.starts_at, until=each.ends_at).get(each.currency, 0)
        if (expected, inside) != (each.closing, each.closing - each.opening):
            yield (
                f"{each.owner_id} {each.currency} {each.period}",
                f"{expected}, {inside} of the month",
                str(each.closing),
            )
            found += 1
        if found == MOST:
            return


def _since(period: str) -> Iterator[Statement]:
    after: tuple[str, str, str] | None = None
    while rows := queries.since(period, after=after, limit=BATCH):
        yield from rows
        after = (rows[-1].owner_id, rows[-1].currency, rows[-1].period)

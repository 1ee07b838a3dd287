"""Counters: a rule for each, which compares it with the rows that it counts. Domains above shops register theirs."""

from __future__ import annotations

from metaia.core.registry import Registry
from metaia.ledger.audit.registry import Finding, Rule

# By name, as `ratings`: a rule as the auditor of the ledger has them (`in_sql`), always of all rows.
COUNTERS: Registry[str, Rule] = Registry("counters")


def check() -> list[Finding]:
    """Return the counters that are not what a new count of their rows gives, MOST of each rule."""
    return [Finding(name, *found) for name, rule in COUNTERS.current().items() for found in rule(True)]

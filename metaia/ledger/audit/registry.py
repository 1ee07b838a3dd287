"""The auditor's rules. Domains of money above the ledger register theirs: `RULES.register(app, name, rule)`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.core.registry import Registry

MOST = 100  # findings of one rule


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule: what it was broken by, the value that was expected, and the one that was found."""

    rule: str
    subject: str
    expected: str
    found: str

    def as_dict(self) -> Json:
        """Return the finding as JSON."""
        return asdict(self)


# Returns subject, expected and found, MOST times at most. The argument: check everything, or only what is recent.
Rule = Callable[[bool], Iterable[tuple[str, str, str]]]
RULES: Registry[str, Rule] = Registry("audit_rules")


def in_sql(full: str, quick: str | None = None) -> Rule:
    """Return the rule of a select of subject, expected and found; the quick run skips it without a `quick` select.

    One statement reads one snapshot, so it finds nothing false while others write.
    """

    def rule(everything: bool) -> list[tuple[str, str, str]]:
        sql = full if everything else quick
        if sql is None:
            return []
        rows = db.fetch_all(text(f"{sql} LIMIT {MOST}"))
        return [(str(row.subject), str(row.expected), str(row.found)) for row in rows]

    return rule


def check(name: str, *, full: bool) -> list[Finding]:
    """Return the findings of one rule of the current application. Raises KeyError."""
    return [Finding(name, *found) for found in RULES.current()[name](full)]

"""Facts as rows, and rows as facts. Pure."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from metaia.core.db import AnyRow
from metaia.core.json import Json
from metaia.payments.facts import attempt_of
from metaia.providers.payments.facts import AttemptFact, DisputeFact, Fact, FeeFact, FundsFact, RefundFact

KINDS: dict[str, type[Fact]] = {
    kind.kind: kind for kind in (AttemptFact, FeeFact, RefundFact, DisputeFact, FundsFact)
}
_COLUMNS = tuple(field.name for field in fields(Fact))


def values(fact: Fact) -> Json:
    """Return the columns of a fact: those of all facts, and the other fields as `details`."""
    other = [field.name for field in fields(fact) if field.name not in _COLUMNS]
    common = {name: getattr(fact, name) for name in _COLUMNS}
    details = {name: getattr(fact, name) for name in other}
    return common | {"kind": fact.kind, "attempt": attempt_of(fact)[1], "details": details}


def fact(row: AnyRow) -> Fact:
    """Return the fact of a row."""
    common: dict[str, Any] = {name: getattr(row, name) for name in _COLUMNS}
    return KINDS[row.kind](**common, **row.details)

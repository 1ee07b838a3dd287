"""Facts as the tests of the adapters compare them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from metaia.providers.payments.facts import Fact

NOW = datetime(2026, 1, 11, tzinfo=UTC)  # of the arrival of a webhook


def seen(facts: Iterable[Fact]) -> list[tuple[str, str, int]]:
    """Return kind, status and amount of each fact, sorted."""
    return sorted((fact.kind, fact.status, fact.amount) for fact in facts)

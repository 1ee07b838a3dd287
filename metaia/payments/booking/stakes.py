"""What a dispute can take from a partner. Pure; amounts are in minor units."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from metaia.payments.booking.disputes import Dispute
from metaia.payments.booking.postings import postings
from metaia.payments.booking.terms import Terms
from metaia.providers.payments.facts import DisputeFact, Fact, FundsFact


def partner_stake(facts: Iterable[Fact], terms: Terms, dispute: Dispute, at: datetime) -> int:
    """Return what the partner would give up if an open dispute was lost at `at`: 0 as long as nothing is earned.

    `facts` are those of all payments of the purpose. It is what would be booked, so both agree.
    """
    provider, reference = dispute.attempt[0], dispute.key.partition(":")[2]
    common: dict[str, Any] = {
        "provider": provider,
        "amount": dispute.amount,
        "currency": dispute.currency,
        "at": at,
    }
    attempt = dispute.attempt[1]
    lost: list[Fact] = [DisputeFact(reference=reference, status="lost", attempt=attempt, **common)]
    if not dispute.outstanding:
        lost.append(
            FundsFact(reference=reference, status="deducted", attempt=attempt, dispute=reference, **common)
        )
    prefix = f"dispute:{dispute.key}:lost:"
    return sum(
        line.amount
        for posting in postings([*facts, *lost], terms)
        if posting.key.startswith(prefix)
        for line in posting.lines
        if line.account.kind == "partner"
    )

"""What is missing in the ledger. Pure.

A fact that arrives late can change what is right for a posting that is booked already. A posting is never changed: a
correction books the difference, so that the ledger always is the function of the known facts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from metaia.ledger.chart import Account, Line, Posting

KIND = "corrected"
PREFIX = f"{KIND}:"


def to_book(wanted: Iterable[Posting], booked: Iterable[Posting]) -> tuple[Posting, ...]:
    """Return the postings that turn `booked` into `wanted`: new ones as they are, differences as corrections."""
    known: dict[str, list[Posting]] = defaultdict(list)
    for posting in booked:
        known[base_key(posting.key)].append(posting)
    missing: list[Posting] = []
    for posting in wanted:
        if earlier := known.pop(posting.key, None):
            missing.extend(_corrections([posting], earlier))
        else:
            missing.append(posting)
    for earlier in known.values():  # what later facts have made wrong
        missing.extend(_corrections([], earlier))
    return tuple(missing)


def base_key(key: str) -> str:
    """Return the key of the posting that a correction corrects; of other postings their own key."""
    return key.removeprefix(PREFIX).rpartition(":")[0] if key.startswith(PREFIX) else key


def _corrections(wanted: list[Posting], booked: list[Posting]) -> Iterator[Posting]:
    off = _sums(wanted)
    off.subtract(_sums(booked))
    lines = [
        Line(account, amount)
        for account, amount in sorted(off.items(), key=lambda each: each[0].id)
        if amount
    ]
    if lines:
        first = (wanted or booked)[0]
        key = f"{PREFIX}{base_key(first.key)}:{len(booked)}"
        yield Posting(key, KIND, lines, first.subject, first.at)


def _sums(postings: list[Posting]) -> Counter[Account]:
    sums: Counter[Account] = Counter()
    for posting in postings:
        for line in posting.lines:
            sums[line.account] += line.amount
    return sums

"""What is asked of a set of figures, and what it answers. Pure; amounts are minor units by currency until `shown`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from metaia.analytics.periods import Bucket
from metaia.core.json import Json
from metaia.core.money import to_major

ALL_PARTNERS = "00000000-0000-0000-0000-000000000000"  # the partner of rollups of all partners together


@dataclass(frozen=True)
class Ask:
    """The buckets of a period, and the filters. `money` states whether the caller may see amounts."""

    buckets: Sequence[Bucket]
    zone: ZoneInfo
    partner_id: str = ALL_PARTNERS
    currency: str | None = None
    money: bool = True
    limit: int = 10
    by: str | None = None

    @property
    def start(self) -> datetime:
        return self.buckets[0].start

    @property
    def end(self) -> datetime:
        return self.buckets[-1].end

    @property
    def bounds(self) -> Json:
        """Return the parameters of a select by bucket: `width_bucket(at, :starts)` is the number of the bucket."""
        return {"starts": [bucket.start for bucket in self.buckets], "start": self.start, "end": self.end}


@dataclass
class Figures:
    """The values of each bucket, those of the whole period, and the rows of a ranking."""

    series: list[Json] = field(default_factory=list)
    totals: Json = field(default_factory=dict)
    rows: list[Json] | None = None


def shown(sums: Mapping[str, int], currencies: Iterable[str]) -> dict[str, float]:
    """Return amounts in major units by currency. Currencies are never added up, and never converted."""
    return {currency: to_major(sums.get(currency, 0), currency) for currency in currencies}


def by_currency(
    rows: Iterable[tuple[int, str, Mapping[Any, Any]]], names: Iterable[str], ask: Ask
) -> tuple[list[dict[str, Counter[str]]], list[str]]:
    """Return the values of each bucket as counters by currency, from rows of bucket numbers (from 1) and currencies.

    With a currency of the ask only its rows count. The second part lists the currencies to show.
    """
    found = [{name: Counter[str]() for name in names} for _ in ask.buckets]
    seen: set[str] = {ask.currency} if ask.currency else set()
    for number, currency, values in rows:
        if ask.currency not in (None, currency):
            continue
        seen.add(currency)
        for name, counter in found[number - 1].items():
            counter[currency] += int(values[name])
    return found, sorted(seen)


def added(series: Iterable[Mapping[str, Counter[str]]], names: Iterable[str]) -> dict[str, Counter[str]]:
    """Return the sums over buckets, by value and currency."""
    sums = {name: Counter[str]() for name in names}
    for values in series:
        for name, counter in sums.items():
            counter.update(values[name])
    return sums


def ratio(part: float, whole: float) -> float | None:
    """Return a share, None where there is nothing to divide by."""
    return round(part / whole, 4) if whole else None


def mean(amount: int, number: int) -> int:
    """Return an average in minor units, rounded to the nearest, of nothing 0."""
    return (2 * amount + number) // (2 * number) if number else 0

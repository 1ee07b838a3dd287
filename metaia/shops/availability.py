"""Whether a shop takes orders now, and until when. Pure.

The directory, the page of a shop, quotes and orders all ask `availability`, so that they agree. A shop is open while
it takes orders: from the last order to the closing time it is closed already. Hours without an interval are closed;
a shop without any hours is always open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from metaia.core import opening_hours as hours
from metaia.core import times
from metaia.core.times import Interval
from metaia.shops.queries import Shop

State = Literal["open", "busy", "closed"]
Reason = Literal["not_published", "paused", "hours", "busy"]
NEAR_DAYS, FAR_DAYS = 8, 62  # in which openings and closings are looked for
KNOWN_SHOPS = 4096  # in the cache; each needs about 2 KB


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a shop takes orders. `reason` is why it does not.

    `opens_at` is when it will; `closes_at` and `last_order_at` are those of today's hours; `until` is the end of a
    pause. None: not known, or never.
    """

    state: State
    accepts_orders: bool
    reason: Reason | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    last_order_at: datetime | None = None
    until: datetime | None = None


def availability(shop: Shop, now: datetime, presence: str | None = None) -> Availability:
    """Return whether a shop takes orders; `presence` is the partner's status (presence/leases.py), None if unknown."""
    if not shop.published:
        return Availability("closed", False, "not_published")
    if shop.paused_until is not None and shop.paused_until > now:
        opens = next_opening(shop, shop.paused_until)
        return Availability("closed", False, "paused", opens_at=opens, until=shop.paused_until)
    if always_open(shop):
        return _opened(shop, presence, None)
    minute = times.minutes(now)
    opened = _intervals(shop, minute, NEAR_DAYS)
    found = hours.at(opened, minute)
    if found is None or minute >= found[1] - shop.last_order_minutes:
        return Availability("closed", False, "hours", opens_at=next_opening(shop, now))
    return _opened(shop, presence, found)


def next_opening(shop: Shop, moment: datetime) -> datetime | None:
    """Return when a shop with its hours takes orders next, at `moment` or later; None if not in FAR_DAYS days."""
    if always_open(shop):
        return moment
    minute = times.minutes(moment)
    for days in (NEAR_DAYS, FAR_DAYS):
        ordering = until_last_orders(_intervals(shop, minute, days), shop.last_order_minutes)
        opens = hours.next_opening(ordering, minute)
        if opens is not None:
            return max(moment, times.from_minutes(opens))
    return None


def accepts_at(shop: Shop, moment: datetime) -> bool:
    """Return whether the hours of a shop take orders at a moment, also one to come."""
    return next_opening(shop, moment) == moment


def always_open(shop: Shop) -> bool:
    """Return whether a shop has no hours at all."""
    return shop.weekly is None and not shop.exceptions


def open_times(shop: Shop, now: datetime, days: int) -> list[Interval] | None:
    """Return the times in which a shop takes orders from yesterday to `days` days on; None if it always does."""
    if always_open(shop):
        return None
    day = times.minutes(now) // times.DAY
    return until_last_orders(_of_days(shop, day, days), shop.last_order_minutes)


def until_last_orders(opened: list[Interval], minutes: int) -> list[Interval]:
    """Return intervals that end with the last order; those that are too short for one are left out."""
    return [(opens, closes - minutes) for opens, closes in opened if opens < closes - minutes]


def _opened(shop: Shop, presence: str | None, interval: Interval | None) -> Availability:
    busy = presence == "busy"
    accepts = shop.accept_when_busy or not busy
    closes = last = None
    if (
        interval is not None and interval[1] - interval[0] < NEAR_DAYS * times.DAY
    ):  # longer: no closing time is known
        closes = times.from_minutes(interval[1])
        last = closes - timedelta(minutes=shop.last_order_minutes)
    reason: Reason | None = None if accepts else "busy"
    return Availability("busy" if busy else "open", accepts, reason, closes_at=closes, last_order_at=last)


def _intervals(shop: Shop, minute: int, days: int) -> list[Interval]:
    return _cached(_Hours(shop), minute // times.DAY, days)


class _Hours:
    """The hours of a shop as the key of a cache: those of one version are the same."""

    __slots__ = ("_key", "shop")

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._key = (shop.user_id, shop.version, shop.updated_at)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hours) and self._key == other._key


@lru_cache(KNOWN_SHOPS)
def _cached(key: _Hours, day: int, days: int) -> list[Interval]:
    return _of_days(key.shop, day, days)


def _of_days(shop: Shop, day: int, days: int) -> list[Interval]:
    """Return when a shop is open, from the day before `day` (UTC) to `days` days after it."""
    place = times.zone(shop.time_zone)
    if place is None:  # its hours would be those of another place
        return []
    first, last = day - 1, day + days
    found = hours.of_json(shop.weekly, shop.exceptions, within=(first, last))
    return hours.joined(hours.intervals(found, place, first, last))

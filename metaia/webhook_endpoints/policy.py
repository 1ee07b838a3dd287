"""Rules of outgoing webhooks: owners, patterns of types, the times of attempts. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from metaia.core.access.permissions import ADMINS, PARTNERS, Permission

OWNERS = PARTNERS | ADMINS
ENDPOINTS_USE = Permission("webhook_endpoints.use", OWNERS)  # one's own
ENDPOINTS_MANAGE = Permission("webhook_endpoints.manage", ADMINS)  # all

API_VERSION = "2026-11-01"  # of the bodies; an endpoint keeps the one it was made with
MOST_ENDPOINTS = 10  # of one owner
OVERLAP = timedelta(hours=24)  # in which a replaced secret signs too
NOTICE_AFTER, DISABLE_AFTER = timedelta(days=1), timedelta(days=5)  # of nothing but failures
# Seconds before the second attempt, the third …; after the last one the message is given up.
PAUSES = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.1  # of a pause, in both directions
LONGEST_RETRY_AFTER = 3600  # seconds
GONE_STATUS = 410
ALL = "*"
_BELOW = ".*"


def matches(pattern: str, name: str) -> bool:
    """Return whether a type of event matches `*`, `order.*` or its own name."""
    if pattern.endswith(_BELOW):
        return name.startswith(pattern.removesuffix(ALL))
    return pattern in {ALL, name}


def chosen(patterns: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    """Return those of some types that match one of the patterns."""
    listed = list(patterns)
    return frozenset(name for name in names if any(matches(pattern, name) for pattern in listed))


def unknown(patterns: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return the patterns that no type matches."""
    known = list(names)
    return [pattern for pattern in patterns if not any(matches(pattern, name) for name in known)]


def pause(tries: int, retry_after: float | None, chance: float) -> float | None:
    """Return the seconds until the next attempt after `tries` failed ones; None if there is none.

    `chance` is a random number from 0 to 1. A receiver may ask for a longer pause, up to an hour.
    """
    if tries > len(PAUSES):
        return None
    usual = PAUSES[tries - 1] * (1 + JITTER * (2 * chance - 1))
    return max(usual, min(retry_after or 0.0, LONGEST_RETRY_AFTER))


def succeeded(status: int | None) -> bool:
    """Return whether a receiver has taken a message: 2xx. A redirect is a failure, because it is not followed."""
    return status is not None and 200 <= status < 300


# Types that never have a partner in their audience.
OF_ADMINS = frozenset(
    {"campaign.progress", "courier.shift", "credit.changed", "delivery.closed", "delivery.offered"}
)


def roles(name: str) -> list[str]:
    """Return the roles with endpoints that can get a type of event."""
    return sorted(ADMINS if name in OF_ADMINS else OWNERS)

"""Rules of suppressions: which messages a reason stops, for how long, and what may end it. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from metaia.core.access.permissions import STAFF, Permission
from metaia.notifications.registry import NotificationType

# - permanent_bounce: the address does not exist. It ends when a link that was mailed to the address is opened.
# - temporary_bounce: the mailbox is full, for example. It ends by itself.
# - stop: the owner of a telephone has replied STOP. It ends with START.
# - complaint: a mail was reported as spam. It ends by its owner, or by staff.
# - unsubscribed: from a category, at the provider. It ends by its owner, or by staff.
Reason = Literal["permanent_bounce", "temporary_bounce", "stop", "complaint", "unsubscribed"]
Ending = Literal["staff", "owner", "proven", "arrived", "start"]
REASONS: tuple[Reason, ...] = ("permanent_bounce", "temporary_bounce", "stop", "complaint", "unsubscribed")
BY_OWNER: frozenset[Reason] = frozenset({"complaint", "unsubscribed"})
BY_STAFF = frozenset(REASONS) - {"stop"}  # networks and vendors stop messages after STOP themselves
BY_PROOF: tuple[Reason, ...] = ("permanent_bounce", "temporary_bounce")
# For how long a temporary bounce stops messages, by the number of bounces in a row.
PAUSES = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
)
IN_A_ROW = timedelta(days=7)  # after a longer time without a bounce, the next one is the first again
MAX_PROOFS, PROOF_PAUSE = 3, timedelta(days=1)  # bounces in a row before the next attempt to prove an address
SUPPRESSIONS_READ = Permission("suppressions.read", STAFF)
SUPPRESSIONS_LIFT = Permission("suppressions.lift", STAFF)


@dataclass(frozen=True)
class Suppression:
    """A suppression that has not been ended."""

    reason: Reason
    category: str
    at: datetime
    times: int
    until: datetime | None


def stopping(suppressions: Iterable[Suppression], type_: NotificationType, moment: datetime) -> Reason | None:
    """Return the reason for which an address gets no notification of a type at `moment`, None if it gets it."""
    reasons = {each.reason for each in suppressions if _stops(each, type_, moment)}
    return next((reason for reason in REASONS if reason in reasons), None)


def _stops(suppression: Suppression, type_: NotificationType, moment: datetime) -> bool:
    if suppression.until is not None and suppression.until <= moment:
        return False
    if suppression.reason == "complaint":
        return not type_.requested
    if suppression.reason == "unsubscribed":
        return not type_.requested and suppression.category in {"", type_.category}
    if suppression.reason == "permanent_bounce" and type_.proves_address:
        return suppression.times >= MAX_PROOFS and moment < suppression.at + PROOF_PAUSE
    return True


def times(before: int, last: datetime, at: datetime) -> int:
    """Return the number of causes in a row, with one more at `at` after `before` of them until `last`."""
    return before + 1 if at - last <= IN_A_ROW else 1


def until(reason: Reason, at: datetime, count: int) -> datetime | None:
    """Return when a suppression ends by itself after its cause at `at`, the `count`th in a row; None for never."""
    return at + PAUSES[min(count, len(PAUSES)) - 1] if reason == "temporary_bounce" else None

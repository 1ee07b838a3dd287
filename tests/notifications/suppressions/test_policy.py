"""Which messages a reason stops, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from metaia.notifications.registry import EMAIL, SECURITY, NotificationType
from metaia.notifications.suppressions import policy
from metaia.notifications.suppressions.policy import Reason, Suppression

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
OFFER = NotificationType("offer", "marketing", (EMAIL,))
ORDER = NotificationType("order", "order", (EMAIL,))
NOTICE = NotificationType("new_login", SECURITY, (EMAIL,))
RESET = NotificationType("reset", SECURITY, (EMAIL,), requested=True)
PROOF = NotificationType("verify", SECURITY, (EMAIL,), requested=True, proves_address=True)
ALL = (OFFER, ORDER, NOTICE, RESET, PROOF)


def suppression(
    reason: Reason, category: str = "", *, until: datetime | None = None, times: int = 1
) -> Suppression:
    return Suppression(reason, category, NOON - timedelta(minutes=5), times, until)


@pytest.mark.parametrize(
    ("known", "stopped"),
    [
        (suppression("unsubscribed", "marketing"), (OFFER,)),
        (suppression("unsubscribed", SECURITY), (NOTICE,)),
        (suppression("unsubscribed"), (OFFER, ORDER, NOTICE)),
        (suppression("complaint"), (OFFER, ORDER, NOTICE)),
        (suppression("permanent_bounce"), (OFFER, ORDER, NOTICE, RESET)),
        (suppression("permanent_bounce", times=policy.MAX_PROOFS), ALL),
        (suppression("temporary_bounce", until=NOON + timedelta(seconds=1)), ALL),
        (suppression("temporary_bounce", until=NOON), ()),
        (suppression("stop"), ALL),
    ],
    ids=lambda value: value.reason if isinstance(value, Suppression) else None,
)
def test_a_reason_stops_these_messages(known: Suppression, stopped: tuple[NotificationType, ...]) -> None:
    found = {type_.name for type_ in ALL if policy.stopping([known], type_, NOON)}
    assert found == {type_.name for type_ in stopped}
    assert {policy.stopping([known], type_, NOON) for type_ in stopped} <= {known.reason}


def test_a_proof_is_tried_again_a_day_after_many_bounces() -> None:
    known = suppression("permanent_bounce", times=policy.MAX_PROOFS)
    assert policy.stopping([known], PROOF, known.at + policy.PROOF_PAUSE) is None
    assert policy.stopping([known], RESET, known.at + policy.PROOF_PAUSE) == "permanent_bounce"


def test_the_reason_that_lasts_longest_is_named() -> None:
    known = [suppression(reason) for reason in reversed(policy.REASONS)]
    assert policy.stopping(known, ORDER, NOON) == "permanent_bounce"
    assert policy.stopping(known[:-1], ORDER, NOON) == "temporary_bounce"
    assert policy.stopping([], ORDER, NOON) is None


def test_pauses_get_longer_with_each_bounce_in_a_row() -> None:
    pauses = []
    count, last = 0, NOON
    for number in range(7):
        at = NOON + timedelta(hours=number)
        count = policy.times(count, last, at) if count else 1
        pauses.append((policy.until("temporary_bounce", at, count) or at) - at)
        last = at
    assert pauses == [*policy.PAUSES, policy.PAUSES[-1], policy.PAUSES[-1]]
    assert policy.times(5, NOON, NOON + policy.IN_A_ROW + timedelta(seconds=1)) == 1
    assert all(
        policy.until(reason, NOON, 3) is None for reason in policy.REASONS if reason != "temporary_bounce"
    )

"""The effect of receipts on the status of a delivery: the pure rules, for all receipts in any order."""

from __future__ import annotations

from functools import reduce
from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.notifications.delivery.status_rank import ReceiptStatus, raised, rank
from metaia.notifications.registry import EMAIL, PUSH, SMS

RECEIPTS: tuple[ReceiptStatus, ...] = get_args(ReceiptStatus)
STATES = ("queued", "sending", "sent", "delivered", "undelivered", "failed", "suppressed", "cancelled")
channels, states, receipts = map(st.sampled_from, ((EMAIL, SMS, PUSH), STATES, RECEIPTS))


def after(channel: str, *received: ReceiptStatus, before: str = "sent") -> str:
    return reduce(
        lambda status, receipt: raised(channel, status, receipt, from_current_provider=True), received, before
    )


@given(channels, states, receipts, st.booleans())
def test_ranks_never_fall(channel: str, status: str, receipt: ReceiptStatus, current: bool) -> None:
    now = raised(channel, status, receipt, from_current_provider=current)
    assert now == status or rank(channel, now) > rank(channel, status)


@given(channels, states, st.lists(receipts, max_size=6), st.randoms())
def test_the_order_in_which_things_are_said_makes_no_difference(
    channel: str, status: str, received: list[ReceiptStatus], dice: object
) -> None:
    mixed = list(received)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert after(channel, *received, before=status) == after(channel, *mixed, before=status)
    assert after(channel, *received, *mixed, before=status) == after(channel, *received, before=status), (
        "nor how often"
    )


@pytest.mark.parametrize("order", [*permutations(("sent", "delivered", "undelivered"))])
def test_a_bounce_undoes_the_arrival_of_a_mail_and_nothing_that_of_a_text_message(
    order: tuple[ReceiptStatus, ...],
) -> None:
    assert after(EMAIL, *order) == "undelivered"
    assert after(SMS, *order) == after(PUSH, *order) == "delivered"


@given(channels, states)
def test_whoever_has_seen_it_has_got_it(channel: str, status: str) -> None:
    for receipt in ("seen", "clicked"):
        assert after(channel, receipt, before=status) == after(channel, "delivered", before=status)


@given(channels, states)
def test_what_is_only_noted_changes_nothing(channel: str, status: str) -> None:
    assert after(channel, "noted", before=status) == status


@given(channels, states)
def test_only_arrival_counts_from_a_provider_that_does_not_have_it_any_more(
    channel: str, status: str
) -> None:
    for receipt in ("sent", "undelivered", "noted"):
        assert raised(channel, status, receipt, from_current_provider=False) == status
    assert raised(channel, "queued", "delivered", from_current_provider=False) == "delivered"

"""What receipts do to a delivery's status: the pure rules, over everything that can be said in any order."""

from __future__ import annotations

from functools import reduce
from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.notifications.delivery.status_rank import Meaning, after, rank
from metaia.notifications.registry import EMAIL, PUSH, SMS

MEANINGS: tuple[Meaning, ...] = get_args(Meaning)
STATES = ("queued", "sending", "sent", "delivered", "undelivered", "failed", "suppressed", "cancelled")
channels, states, meanings = map(st.sampled_from, ((EMAIL, SMS, PUSH), STATES, MEANINGS))


def told(channel: str, *said: Meaning, before: str = "sent") -> str:
    return reduce(lambda status, meaning: after(channel, status, meaning, ours=True), said, before)


@given(channels, states, meanings, st.booleans())
def test_ranks_never_fall(channel: str, status: str, meaning: Meaning, ours: bool) -> None:
    now = after(channel, status, meaning, ours=ours)
    assert now == status or rank(channel, now) > rank(channel, status)


@given(channels, states, st.lists(meanings, max_size=6), st.randoms())
def test_the_order_in_which_things_are_said_makes_no_difference(
    channel: str, status: str, said: list[Meaning], dice: object
) -> None:
    mixed = list(said)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert told(channel, *said, before=status) == told(channel, *mixed, before=status)
    assert told(channel, *said, *mixed, before=status) == told(channel, *said, before=status), "nor how often"


@pytest.mark.parametrize("order", [*permutations(("sent", "delivered", "undelivered"))])
def test_a_bounce_undoes_the_arrival_of_a_mail_and_nothing_that_of_a_text_message(
    order: tuple[Meaning, ...],
) -> None:
    assert told(EMAIL, *order) == "undelivered"
    assert told(SMS, *order) == told(PUSH, *order) == "delivered"


@given(channels, states)
def test_whoever_has_seen_it_has_got_it(channel: str, status: str) -> None:
    for meaning in ("seen", "clicked"):
        assert told(channel, meaning, before=status) == told(channel, "delivered", before=status)


@given(channels, states)
def test_what_is_only_noted_changes_nothing(channel: str, status: str) -> None:
    assert told(channel, "noted", before=status) == status


@given(channels, states)
def test_only_arrival_counts_from_a_provider_that_does_not_have_it_any_more(
    channel: str, status: str
) -> None:
    for meaning in ("sent", "undelivered", "noted"):
        assert after(channel, status, meaning, ours=False) == status
    assert after(channel, "queued", "delivered", ours=False) == "delivered"

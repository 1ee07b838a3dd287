"""The status of a shipment is a function of its scans: their order of arrival and repetitions change nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.providers.logistics import delhivery, easypost, shiprocket, standard
from metaia.shipments import recipients, state
from metaia.shipments.state import RANKS, STATUSES, Scan

START = datetime(2026, 11, 28, tzinfo=UTC)
# A history is a list of scans by the carrier's time; each is an hour after the one before.
HISTORIES = {
    "announced": ("label", "label"),
    "usual": ("label picked_up in_transit in_transit out_for_delivery delivered", "delivered"),
    "second attempt": ("in_transit out_for_delivery attempt_failed out_for_delivery delivered", "delivered"),
    "attempt failed": ("picked_up in_transit out_for_delivery attempt_failed", "attempt_failed"),
    "out again": ("in_transit out_for_delivery attempt_failed out_for_delivery", "out_for_delivery"),
    "pickup point": ("in_transit out_for_delivery attempt_failed pickup_point", "pickup_point"),
    "late scan of a hub": ("in_transit out_for_delivery in_transit", "out_for_delivery"),
    "back after delivery": ("in_transit delivered returning", "returning"),
    "on its way back": ("in_transit attempt_failed returning in_transit", "returning"),
    "back at its sender": ("in_transit returning returning returned", "returned"),
    "delivered after all": ("out_for_delivery returning delivered", "delivered"),
    "lost": ("picked_up in_transit lost", "lost"),
    "cancelled": ("label picked_up cancelled", "cancelled"),
    "unknown words": ("label unknown in_transit unknown", "in_transit"),
}


def history(words: str) -> list[Scan]:
    return [(word, START + timedelta(hours=place)) for place, word in enumerate(words.split())]


@pytest.mark.parametrize("name", HISTORIES)
def test_every_order_of_arrival_gives_one_status(name: str) -> None:
    words, expected = HISTORIES[name]
    scans = history(words)
    assert {state.of(order) for order in permutations(scans)} == {expected}


@pytest.mark.parametrize("name", HISTORIES)
def test_repetitions_change_no_status(name: str) -> None:
    words, expected = HISTORIES[name]
    scans = history(words)
    for repeated in product((1, 2), repeat=len(scans)):
        twice = [scan for scan, times in zip(scans, repeated, strict=True) for _ in range(times)]
        assert state.of(twice) == state.of(reversed(twice)) == expected


scan = st.tuples(
    st.sampled_from((*STATUSES, state.UNKNOWN)),
    st.integers(0, 5).map(lambda hours: START + timedelta(hours=hours)),
)


@given(st.lists(scan, max_size=8), st.randoms(use_true_random=False))
def test_any_scans_in_any_order_give_one_status(scans: list[Scan], random: object) -> None:
    shuffled = [*scans, *scans[:3]]
    random.shuffle(shuffled)  # type: ignore[attr-defined] # of the standard library
    assert state.of(shuffled) == state.of(scans)


@given(st.lists(scan, max_size=8), scan)
def test_one_more_scan_lowers_a_rank_only_by_a_listed_reversal(scans: list[Scan], one: Scan) -> None:
    before, after = state.of(scans), state.of([*scans, one])
    if RANKS[after] < RANKS[before]:
        assert (before, after) == ("returning", "delivered")
        assert one[0] == "delivered"


def test_no_scan_is_a_label() -> None:
    assert state.of([]) == state.of([(state.UNKNOWN, START)]) == "label"


def test_what_carriers_state_has_a_rank() -> None:
    of_delhivery = {*delhivery.FORWARD.values(), "attempt_failed", "returning", "returned", "cancelled"}
    stated = {*easypost.STATUSES.values(), *easypost.DETAILS.values(), *of_delhivery, *shiprocket.WORDS}
    assert stated <= set(STATUSES) == set(standard.STATUSES)


def test_a_closed_parcel_takes_no_scan_by_hand() -> None:
    taken = {(now, word) for now in STATUSES for word in state.BY_HAND if state.takes_by_hand(now, word)}
    assert {word for now, word in taken if now == "delivered"} == {"returning", "returned"}
    assert not [now for now, _ in taken if now in {"returned", "lost", "cancelled"}]
    assert ("attempt_failed", "out_for_delivery") in taken


def test_a_notification_is_true_of_its_status_only() -> None:
    for status, name in recipients.OF_STATUS.items():
        true = {each for each in STATUSES if recipients.is_true(name, each, late=False, stale=False)}
        assert status in true
        assert true == {each for each in STATUSES if recipients.OF_STATUS.get(each) == name}
    assert recipients.is_true("shipment_late", "in_transit", late=True, stale=False)
    assert not recipients.is_true("shipment_stale", "in_transit", late=True, stale=False)

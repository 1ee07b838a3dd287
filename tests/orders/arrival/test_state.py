"""The time of arrival of an order after each action: a table of cases, and what holds for all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from metaia.core import geo
from metaia.core.json import Json
from metaia.orders.arrival import state
from metaia.orders.arrival.state import Step
from metaia.orders.state import MACHINE

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KM5 = 5_000  # straight: 15.6 minutes by motorbike, 26 by bicycle, 78 on foot


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def new(*, metres: int | None = KM5, delivered: bool = True, scheduled: float | None = None) -> Json:
    later = None if scheduled is None else at(scheduled)
    found = state.planned(NOON, ready=20, metres=metres, delivered=delivered, scheduled_for=later)
    assert found is not None
    return found


def step(action: str, previous: str, status: str, minute: float, **more: Any) -> Step:
    return Step(action, previous, status, at(minute), **more)


def seen(stored: Json) -> tuple[int, ...] | None:
    """Return lowAt, at and highAt in minutes after noon."""
    shown = state.shown(stored)
    if shown is None:
        return None
    times = [datetime.fromisoformat(shown[name]) - NOON for name in ("lowAt", "at", "highAt")]
    return tuple(int(each / timedelta(minutes=1)) for each in times)


def test_a_new_order_arrives_after_preparation_and_ride() -> None:
    assert seen(new()) == (28, 36, 50)  # 35.6 minutes
    assert seen(new(delivered=False)) == (16, 20, 28)
    low, expected, high = geo.minutes(ready_in=20, to_customer=geo.ride_of(KM5))
    assert seen(new()) == (low, expected, high)
    assert state.planned(NOON, ready=20, metres=None, delivered=True, scheduled_for=None) is None


def test_each_action_moves_it() -> None:
    order = new()
    stated = state.after(order, step("accept", "pending", "accepted", 5, stated=40))
    assert seen(stated) == (5 + 44, 5 + 56, 5 + 78)
    silent = state.after(order, step("accept", "pending", "accepted", 5, stated="at one"))
    assert seen(silent) == (5 + 28, 5 + 36, 5 + 50)
    making = state.after(silent, step("prepare", "accepted", "preparing", 10))
    assert seen(making) == (10 + 24, 10 + 31, 10 + 43)  # ready at 25
    late = state.after(making, step("claim", "preparing", "preparing", 60, has_courier=True))
    assert seen(late) == (72, 76, 82)  # the ride is left
    ready = state.after(making, step("ready", "preparing", "ready", 30, stated=10))
    assert seen(ready) == (30 + 20, 30 + 26, 30 + 36)
    walking = state.after(ready | {"vehicle": "walk"}, step("claim", "ready", "ready", 40, has_courier=True))
    assert seen(walking) == (40 + 62, 40 + 78, 40 + 110)
    out = state.after(walking, step("dispatch", "ready", "out_for_delivery", 50, has_courier=True))
    assert seen(out) == (50 + 62, 50 + 78, 50 + 110)
    same = step("report-problem", "out_for_delivery", "out_for_delivery", 60, has_courier=True)
    assert state.after(out, same) == out
    back = state.after(out, step("return", "out_for_delivery", "ready", 70))
    assert seen(back) is None
    again = state.after(back, step("request-courier", "ready", "ready", 80))
    assert seen(again) == (80 + 12, 80 + 16, 80 + 22)
    assert (
        seen(state.after(out, step("deliver", "out_for_delivery", "delivered", 90, has_courier=True))) is None
    )


def test_a_pickup_arrives_when_it_is_ready() -> None:
    taken = state.after(new(delivered=False), step("accept", "pending", "accepted", 1, stated=5))
    assert seen(taken) == (1 + 4, 1 + 5, 1 + 7)
    assert seen(state.after(taken, step("ready", "accepted", "ready", 6))) is None


def test_an_order_for_later_arrives_then() -> None:
    order = new(scheduled=600)
    assert seen(order) == (592, 600, 614)
    taken = state.after(order, step("accept", "pending", "accepted", 3, stated=30, scheduled_for=at(600)))
    assert seen(taken) == (590, 600, 618)
    ready = state.after(taken, step("ready", "accepted", "ready", 595, scheduled_for=at(600)))
    assert seen(ready) == (595 + 12, 595 + 16, 595 + 22)  # too late for its time
    out = state.after(taken, step("dispatch", "ready", "out_for_delivery", 500, scheduled_for=at(600)))
    assert seen(out) == (512, 516, 522)  # it is on its way


@given(
    ready=st.integers(0, 10_000), metres=st.integers(0, 20_000_000), vehicle=st.sampled_from(geo.VEHICLES),
    scheduled=st.none() | st.integers(-100, 10_000), stated=st.none() | st.text() | st.integers(1, 43_200),
    number=st.integers(0, len(MACHINE.transitions) - 1), minute=st.integers(0, 50_000),
)  # fmt: skip
def test_it_is_never_past_and_in_order(
    ready: int, metres: int, vehicle: str, scheduled: int | None, stated: Any, number: int, minute: int
) -> None:
    later = None if scheduled is None else at(scheduled)
    order = state.planned(NOON, ready=ready, metres=metres, delivered=True, scheduled_for=later)
    assert order is not None
    transition = MACHINE.transitions[number]
    if transition.action in state.NEUTRAL:
        return
    taken = Step(
        transition.action, transition.source, transition.target, at(minute), stated=stated, has_courier=True,
        scheduled_for=later,
    )  # fmt: skip
    found = seen(state.after(order | {"vehicle": vehicle}, taken))
    if found is not None:
        assert minute <= found[0] <= found[1] <= found[2]

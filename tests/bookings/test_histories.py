"""Random histories of bookings: after each step the tables agree with each other and with what is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from metaia.bookings import jobs
from metaia.bookings.state import TAKING
from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now
from tests.bookings.conftest import Cast
from tests.support.bookings import Shop, at, change_row, drift, read, try_to
from tests.support.people import Person

pytestmark = pytest.mark.fuzz
KINDS: list[Json] = [
    {"buffer_after_minutes": 15},
    {"capacity": 3, "confirmation": "request"},
    {"duration_minutes": 30, "buffer_before_minutes": 30, "payment": "deposit", "deposit_percent": 50},
]
ACTIONS = (
    "book",
    "book",
    "book",
    "confirm",
    "decline",
    "cancel",
    "move",
    "move",
    "accept-move",
    "decline-move",
    "expire",
)
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2), st.integers(0, 40)), min_size=4, max_size=14
)
OVERLAPS = """
    SELECT count(*) FROM booking_blocks a JOIN booking_blocks b ON a.calendar_no = b.calendar_no AND a.id < b.id
        AND a.during && b.during AND a.taken > 0 AND b.taken > 0
"""
REFUSED = {409, 422, 429}


class History:
    """A partner with three services in two calendars, two customers, and what they do."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        first = cast.shop(calendars=2, **KINDS[0])
        self.shops = [first, *(first.another_service(**kind) for kind in KINDS[1:])]
        self.bookings: list[tuple[Json, Person]] = []

    def step(self, action: str, which: int, number: int) -> None:
        """Do something. `which` selects a service or a person, `number` a time or a booking."""
        if action == "book":
            self._book(self.shops[which], number)
        elif action == "expire":
            self._expire(number)
        elif self.bookings:
            booking, customer = self.bookings[number % len(self.bookings)]
            body: dict[str, Any] = {"reason": "other"} if action == "decline" else {}
            if action == "move":
                body = {"startsAt": _time(number).isoformat()}
            answer = try_to(customer if which == 0 else self.cast.partner, booking, action, **body)
            assert answer.ok or answer.status_code in {403, *REFUSED}, answer.text

    def _book(self, shop: Shop, number: int) -> None:
        """Book a time that is offered: it must be accepted, unless the customer has a limit or a seat of it."""
        customer = self.cast.customer if number % 2 else self.cast.other
        day = at().date().isoformat()
        query = f"?partnerId={shop.partner.id}&serviceId={shop.service_id}&from={day}&to={day}&timeZone=UTC"
        found = shop.partner.get(f"/api/bookings/slots{query}").json()["data"]["slots"][shop.service_id]
        offered = [each["startsAt"] for starts in found.values() for each in starts]
        if not offered:
            return
        answer = shop.try_to_book(customer, datetime.fromisoformat(offered[number % len(offered)]))
        if answer.status_code == 201:
            self.bookings.append((answer.json()["data"]["booking"], customer))
        else:
            assert answer.json()["error"]["code"] in {"already_booked", "limit_reached"}, answer.text

    def _expire(self, number: int) -> None:
        """Let the deadline of a booking pass."""
        if not self.bookings:
            return
        booking, customer = self.bookings[number % len(self.bookings)]
        shown = read(customer, booking)
        past = now() - timedelta(seconds=1)
        columns = {"held": "held_until", "pending": "answer_by"}
        if shown["status"] in columns:
            change_row(booking, **{columns[shown["status"]]: past})
        elif shown["proposal"]:
            change_row(booking, proposal_answer_by=past)
        jobs.end_overdue()

    def check(self) -> None:
        """Compare the tables with each other and with what both sides see."""
        assert drift(self.shops[0]) == []
        assert db.fetch_value(text(OVERLAPS)) == 0
        for booking, customer in self.bookings:
            mine, theirs = read(customer, booking), read(self.cast.partner, booking)
            assert {**mine, "allowedActions": []} == {**theirs, "allowedActions": []}
            assert (mine["heldUntil"] is not None) == (mine["status"] == "held")
            assert mine["proposal"] is None or mine["status"] in {"pending", "confirmed"}
            assert mine["status"] in TAKING or mine["proposal"] is None


def _time(number: int) -> datetime:
    return at(hour=number // 2 % 24, minute=30 * (number % 2))


def test_random_histories_keep_all_tables_in_agreement(cast: Cast) -> None:
    @settings(
        max_examples=30,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(STEPS)
    def play(steps: list[tuple[str, int, int]]) -> None:
        history = History(cast)
        for each in steps:
            history.step(*each)
            history.check()
        _end_all(history)

    run: Callable[[], None] = play
    run()


def _end_all(history: History) -> None:
    """Cancel what is left, so that limits of the customers do not end the next history."""
    for booking, _ in history.bookings:
        try_to(history.cast.partner, booking, "cancel")
    history.check()

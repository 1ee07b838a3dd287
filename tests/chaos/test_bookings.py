"""Many customers want the same times at once, through three web processes: each time is booked once.

`BOOKING_TIMES` is the number of times.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import requests
from gevent.pool import Pool

from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.e2e.stack import Stack, stack
from tests.support.people import Person, World

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
PARTNERS, WANTED_BY, CLIENTS, CUSTOMERS = 10, 8, 32, 64
CALENDARS = """
    INSERT INTO calendars (id, partner_id, name, time_zone, weekly, active, version, created_at, updated_at)
    VALUES (%s, %s, 'Room', 'UTC', (
        SELECT jsonb_object_agg(day, '[{"from": "00:00", "to": "24:00"}]'::jsonb)
        FROM unnest(ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) AS day
    ), true, 1, now(), now())
"""
SERVICES = """
    INSERT INTO services (id, partner_id, name, duration_minutes, price, currency, buffer_before_minutes,
        buffer_after_minutes, capacity, step_minutes, min_notice_minutes, max_advance_days, confirmation, payment,
        free_until_minutes, fee_percent, locked_until_minutes, reminders, media_ids, active, version, created_at,
        updated_at, words)
    VALUES (%s, %s, 'Grooming', 60, 0, 'INR', 0, 0, %s, 60, 0, 90, 'instant', 'none', 0, 0, 0, '[]', '[]', true, 1,
        now(), now(), '')
"""
LINKS = "INSERT INTO service_calendars (service_id, calendar_id) VALUES (%s, %s)"
OVERLAPS = """
    SELECT count(*) FROM booking_blocks a JOIN booking_blocks b ON a.calendar_no = b.calendar_no AND a.id < b.id
        AND a.during && b.during AND a.taken > 0 AND b.taken > 0
"""
DRIFT = """
    SELECT count(*) FROM booking_blocks WHERE taken <> (
        SELECT coalesce(sum(seats), 0) FROM bookings WHERE block_id = booking_blocks.id AND status = 'confirmed')
"""
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
Slot = tuple[str, str]  # service, start


@dataclass
class Try:
    """One request to book, and what came of it."""

    slot: Slot
    customer: Person
    began: float = 0.0
    ended: float = 0.0
    answer: requests.Response | None = None

    def send(self) -> None:
        body = dict(zip(("serviceId", "startsAt"), self.slot, strict=True))
        self.began = time.monotonic()
        self.answer = requests.post(
            f"{self.customer.world.url}/api/bookings",
            json=body,
            headers={"Authorization": f"Bearer {self.customer.token}"},
            timeout=60,
        )
        self.ended = time.monotonic()

    @property
    def status(self) -> int:
        assert self.answer is not None
        return self.answer.status_code

    @property
    def place(self) -> tuple[str, str]:
        """The calendar and the start that were booked."""
        assert self.answer is not None
        booking = self.answer.json()["data"]["booking"]
        return booking["calendarId"], booking["startsAt"]

    @property
    def error(self) -> Json:
        assert self.answer is not None
        error: Json = self.answer.json()["error"]
        return error


@pytest.fixture(scope="module")
def own(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give an installation with three web processes."""
    with stack(environment, tmp_path_factory.mktemp("bookings")) as (started, _):
        started.web(WEB_CONCURRENCY="3", DATABASE_POOL=str(2 * CLIENTS))  # one may have all of the clients
        yield started


@pytest.fixture(scope="module")
def customers(own: Stack) -> list[Person]:
    """Give the users that want to book."""
    with World(own.url) as world:
        return [world.person() for _ in range(CUSTOMERS)]


@dataclass(frozen=True)
class Case:
    """Services with `seats` in each of their `calendars`, and the code with which others are refused."""

    slots: int
    seats: int
    calendars: int
    code: str

    @property
    def room(self) -> int:
        """How many customers get one slot."""
        return self.seats * self.calendars


TIMES = int(os.environ.get("BOOKING_TIMES", "80"))  # wanted by eight customers each
CASES = {
    "one place": Case(TIMES, 1, 1, "slot_taken"),
    "five seats": Case(TIMES // 4, 5, 1, "session_full"),
    "two calendars": Case(TIMES // 2, 1, 2, "slot_taken"),
}


def offered(own: Stack, partners: list[Person], case: Case) -> list[Slot]:
    """Insert calendars and a service for each partner; return the slots."""
    first = (datetime.now(UTC) + timedelta(days=7)).replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for partner in partners:
        service_id = new_id()
        own.rows(SERVICES, service_id, partner.id, case.seats)
        for _ in range(case.calendars):
            calendar_id = new_id()
            own.rows(CALENDARS, calendar_id, partner.id)
            own.rows(LINKS, service_id, calendar_id)
        for hour in range(case.slots // PARTNERS):
            starts_at = (first + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
            found.append((service_id, starts_at))
    return found


def full_since(tries: list[Try], case: Case) -> dict[Slot, float]:
    """Return by calendar and start when the last seat was answered."""
    answered: dict[Slot, list[float]] = {}
    for each in tries:
        if each.status == 201:
            answered.setdefault(each.place, []).append(each.ended)
    assert {len(ends) for ends in answered.values()} == {case.seats}
    assert len(answered) == case.slots * case.calendars
    return {place: max(ends) for place, ends in answered.items()}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_of_eight_customers_as_many_as_there_is_room_for_get_each_time(
    own: Stack, customers: list[Person], case: Case
) -> None:
    order = random.Random(8)
    with World(own.url) as world:
        slots = offered(own, [world.person("tailor") for _ in range(PARTNERS)], case)
        tries = [
            Try(slot, customer)
            for number, slot in enumerate(slots)
            for customer in order.sample(customers[number * WANTED_BY % CUSTOMERS :][:WANTED_BY], WANTED_BY)
        ]
        Pool(CLIENTS).map(Try.send, tries)
    assert Counter(each.status for each in tries) == {
        201: case.slots * case.room,
        409: case.slots * (WANTED_BY - case.room),
    }
    assert Counter(each.slot for each in tries if each.status == 201) == dict.fromkeys(slots, case.room)
    full = full_since(tries, case)
    for each in tries:
        if each.status == 409:
            assert each.error["code"] == case.code
            offers = [(one["calendarId"], one["startsAt"]) for one in each.error["details"]["alternatives"]]
            assert len(offers) == 5
            assert [one for one in offers if full.get(one, each.began) < each.began] == []
    assert own.rows(OVERLAPS) == own.rows(DRIFT) == own.rows(DEADLOCKS) == [(0,)]
    took = sorted(each.ended - each.began for each in tries)
    print(
        f"{len(tries)} requests: median {took[len(tries) // 2]:.3f} s, p99 {took[-len(tries) // 100]:.3f} s"
    )

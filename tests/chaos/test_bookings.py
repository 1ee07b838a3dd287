"""Many customers want the same times at once, through three web processes: each time is booked once."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from gevent.pool import Pool

from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.e2e.stack import Stack, stack
from tests.support.people import Person, World

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
PARTNERS, SLOTS, WANTED_BY, CLIENTS, CUSTOMERS = 10, 200, 8, 32, 64
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
    VALUES (%s, %s, 'Grooming', 60, 0, 'INR', 0, 0, 1, 60, 0, 90, 'instant', 'none', 0, 0, 0, '[]', '[]', true, 1,
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
Slot = tuple[str, str]  # calendar, start


@dataclass
class Try:
    """One request to book, and what came of it."""

    slot: Slot
    service_id: str
    customer: Person
    began: float = 0.0
    ended: float = 0.0
    answer: requests.Response | None = None

    def send(self) -> None:
        body = {"serviceId": self.service_id, "startsAt": self.slot[1]}
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
    def error(self) -> Json:
        assert self.answer is not None
        error: Json = self.answer.json()["error"]
        return error


@pytest.fixture
def own(environment: dict[str, str], tmp_path: Path) -> Iterator[Stack]:
    """Give an installation without processes."""
    with stack(environment, tmp_path) as (started, _):
        yield started


def offered(own: Stack, partners: list[Person]) -> list[tuple[Slot, str]]:
    """Insert a calendar and a service for each partner; return the slots, each with its service."""
    first = (datetime.now(UTC) + timedelta(days=7)).replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for partner in partners:
        calendar_id, service_id = new_id(), new_id()
        own.rows(CALENDARS, calendar_id, partner.id)
        own.rows(SERVICES, service_id, partner.id)
        own.rows(LINKS, service_id, calendar_id)
        for hour in range(SLOTS // PARTNERS):
            starts_at = (first + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
            found.append(((calendar_id, starts_at), service_id))
    return found


def test_of_eight_customers_one_gets_each_time(own: Stack) -> None:
    own.web(WEB_CONCURRENCY="3")
    order = random.Random(8)
    with World(own.url) as world:
        customers = [world.person() for _ in range(CUSTOMERS)]
        slots = offered(own, [world.person("tailor") for _ in range(PARTNERS)])
        tries = [
            Try(slot, service_id, customer)
            for number, (slot, service_id) in enumerate(slots)
            for customer in order.sample(customers[number * WANTED_BY % CUSTOMERS :][:WANTED_BY], WANTED_BY)
        ]
        Pool(CLIENTS).map(Try.send, tries)
    assert Counter(each.status for each in tries) == {201: SLOTS, 409: SLOTS * (WANTED_BY - 1)}
    assert Counter(each.slot for each in tries if each.status == 201) == dict.fromkeys(
        [s for s, _ in slots], 1
    )
    booked = {each.slot: each.ended for each in tries if each.status == 201}
    for each in tries:
        if each.status == 409:
            assert each.error["code"] == "slot_taken"
            offers = [(one["calendarId"], one["startsAt"]) for one in each.error["details"]["alternatives"]]
            assert len(offers) == 5
            assert [one for one in offers if booked.get(one, each.began) < each.began] == []
    assert own.rows(OVERLAPS) == own.rows(DRIFT) == own.rows(DEADLOCKS) == [(0,)]
    took = sorted(each.ended - each.began for each in tries)
    print(
        f"{len(tries)} requests: median {took[len(tries) // 2]:.3f} s, p99 {took[-len(tries) // 100]:.3f} s"
    )

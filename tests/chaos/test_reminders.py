"""kill -9 of the worker around the commit that sends reminders: each reminder is sent, and none twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import LiteralString

import pytest

from metaia.core.times import now, rfc3339
from tests.e2e.stack import Stack, kill, stack, stop
from tests.support.people import World
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
BOOKINGS = 12
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DUE: LiteralString = "UPDATE booking_reminders SET due_at = now() WHERE minutes = 120"
REST_DUE: LiteralString = "UPDATE booking_reminders SET due_at = now()"
WAITING: LiteralString = "SELECT count(*) FROM booking_reminders WHERE minutes = 120"
SENT: LiteralString = """
    SELECT count(*), count(DISTINCT data ->> 'bookingId') FROM notifications WHERE type = 'booking_reminder'"""
MAILED: LiteralString = """
    SELECT count(*) FROM deliveries JOIN notifications ON notifications.id = notification_id
    WHERE type = 'booking_reminder' AND channel = 'email' AND status = 'sent'"""
REMIND: LiteralString = """
    INSERT INTO outbox (uid, kind, type, payload, audience, created_at)
    SELECT gen_random_uuid(), 'job', 'metaia.bookings.reminders.jobs.remind', '{}', '{}', now()"""


@pytest.fixture
def own(environment: dict[str, str], tmp_path: Path) -> Iterator[Stack]:
    with stack(environment, tmp_path) as (started, _):
        yield started


def book_all(world: World) -> None:
    """Make the bookings over HTTP, each by another customer, with two reminders each."""
    partner = world.person("tailor")
    week = {day: [{"from": "00:00", "to": "24:00"}] for day in DAYS}
    assert partner.put("/api/availability/weekly", {"weekly": week}).ok
    service = {
        "name": "Haircut",
        "durationMinutes": 60,
        "price": 10,
        "currency": "EUR",
        "reminders": [1440, 120],
    }
    service_id = partner.post("/api/services", service).json()["data"]["service"]["id"]
    first = now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    for number in range(BOOKINGS):
        body = {"serviceId": service_id, "startsAt": rfc3339(first + timedelta(hours=number))}
        assert world.person().post("/api/bookings", body).status_code == 201


def test_each_reminder_is_sent_once_whatever_dies(own: Stack) -> None:
    web = own.web()
    with World(own.url) as world:
        book_all(world)
    worker = own.worker(METAIA_FAULT="reminders_taken")
    own.rows(DUE)
    own.rows(REMIND)
    until(lambda: worker.poll() is not None, "the worker has killed itself before its commit")
    assert (own.rows(WAITING), own.rows(SENT)) == ([(BOOKINGS,)], [(0, 0)]), "nothing is lost or half done"
    worker = own.worker(METAIA_FAULT="after_commit")
    own.rows(REMIND)
    until(lambda: worker.poll() is not None, "the worker has killed itself after a commit")
    worker = own.worker()
    own.rows(REMIND)
    until(lambda: own.rows(WAITING) == [(0,)], "all reminders are taken")
    until(lambda: own.rows(MAILED) == [(BOOKINGS,)], "all mails are sent")
    assert own.rows(SENT) == [(BOOKINGS, BOOKINGS)]
    kill(worker)
    worker = own.worker()
    own.rows(REST_DUE)
    own.rows(REMIND)
    until(lambda: own.rows(SENT) == [(2 * BOOKINGS, BOOKINGS)], "the other reminders are sent, none again")
    assert (stop(worker), stop(web)) == (0, 0)

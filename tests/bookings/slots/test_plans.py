"""The statements of services, hours and free times can use indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask

from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.services import queries as service_queries
from metaia.bookings.slots import queries
from metaia.core import times
from metaia.core.ids import new_id
from metaia.core.times import now
from tests.support.people import World
from tests.support.places import Place, soon
from tests.support.plans import statements, whole_scans


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture(scope="module")
def place(app: Flask, server: object) -> Iterator[Place]:
    with app.app_context(), World(server.url) as world:  # type: ignore[attr-defined]
        found = Place(world, "09:00-12:00")
        found.service()
        yield found


def filters(**given: object) -> dict[str, str]:
    every: dict[str, object] = {"ids": None, "partner_id": None, "calendar_id": None, "limit": 21}
    return service_queries.filters(**(every | given))  # type: ignore[arg-type]


def hours(place: Place) -> object:
    calendar = calendar_queries.get(place.calendar_id)
    assert calendar is not None
    return calendar_queries.intervals(calendar, soon(0), soon(30))


CALLS: dict[str, Callable[[Place], object]] = {
    "blocks": lambda _: queries.busy(1, times.minutes(now()), times.minutes(now() + timedelta(days=31))),
    "blocks of a booking": lambda _: queries.own_blocks(new_id()),
    "hours": hours,
    "services of a partner": lambda place: service_queries.offered(filters(partner_id=place.partner.id)),
    "services by id": lambda _: service_queries.offered(filters(ids=[new_id()])),
    "services of a calendar": lambda place: service_queries.offered(filters(calendar_id=place.calendar_id)),
    "versions of a partner": lambda place: queries.versions(filters(partner_id=place.partner.id)),
    "versions by id": lambda _: queries.versions(filters(ids=[new_id()])),
    "versions of a calendar": lambda place: queries.versions(filters(calendar_id=place.calendar_id)),
    "one service": lambda _: service_queries.get(new_id()),
    "list of services": lambda _: service_queries.page(limit=20, cursor=None),
    "list of services by words": lambda _: service_queries.page(q="cut", limit=20, cursor=None),
    "list of a partner": lambda place: service_queries.page(
        partner_id=place.partner.id, limit=20, cursor=None
    ),
    "active services": lambda place: service_queries.count_active(place.partner.id),
    "calendars of a partner": lambda place: calendar_queries.of_partner(place.partner.id),
    "first calendar": lambda place: calendar_queries.first_of_partner(place.partner.id),
    "calendars of a service": lambda _: calendar_queries.of_service(new_id()),
    "calendars by id": lambda place: calendar_queries.by_ids([place.calendar_id]),
    "bookings to come": lambda place: calendar_queries.open_bookings(place.calendar_id, now(), 500),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_request_scans_no_whole_table(place: Place, name: str) -> None:
    with statements() as found:
        CALLS[name](place)
    assert found
    assert whole_scans(found) == []

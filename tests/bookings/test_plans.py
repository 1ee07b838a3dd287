"""The statements of bookings use indexes: plans with thousands of bookings, in a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from benchmarks.bookings_rows import CUSTOMER
from benchmarks.bookings_rows import SEED as BOOKED
from benchmarks.slots_growth import CALENDAR, PARTNER, SEED, SERVICE
from metaia.bookings import queries
from metaia.bookings.analytics import queries as analytics_queries
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.customers import queries as customer_queries
from metaia.bookings.ending import queries as ending_queries
from metaia.bookings.feeds import queries as feed_queries
from metaia.bookings.feeds.queries import Span
from metaia.bookings.limits import queries as limit_queries
from metaia.bookings.placing import queries as placing_queries
from metaia.bookings.reminders import queries as reminder_queries
from metaia.bookings.rezoning import queries as rezoning_queries
from metaia.bookings.services import queries as service_queries
from metaia.bookings.timeline import queries as timeline_queries
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.core.times import now
from tests.support.plans import Plan, nodes, plans

CALENDARS, BLOCKS, PEOPLE = 16, 500, 400  # blocks of each calendar, with one booking each
TABLES = ("bookings", "booking_blocks", "booking_reminders", "booking_steps")
DAY = timedelta(days=1)


def page(user_id: str = PARTNER, role: str = "tailor", sort: str = "startsAt", **filters: object) -> object:
    """Read the first page of a list."""
    actor = Actor(user_id, role, "session", 0)
    return queries.page(actor, filters=filters, sort=sort, limit=20, cursor=None)


def staff(sort: str = "startsAt", **filters: object) -> object:
    return page(new_id(), "admin", sort, **filters)


def facts() -> object:
    """Read what decides about a booking."""
    service, calendar = service_queries.bookable(SERVICE), calendar_queries.get(CALENDAR)
    assert service
    assert calendar
    return placing_queries.facts(service, [calendar], now() + DAY, CUSTOMER)


def span() -> Span:
    return Span(now(), 30, 365)


def near() -> object:
    return ending_queries.overdue_in([CALENDAR], now() + DAY, now() + 2 * DAY, now())


def figures() -> object:
    return analytics_queries.counts(analytics_queries.conditions(now() - DAY, now(), PARTNER, None))


CALLS: dict[str, Callable[[], object]] = {
    "remind": lambda: reminder_queries.take(now() + DAY, 5),  # as 200 of many more
    "reminders of a customer": lambda: reminder_queries.coming(CUSTOMER, now()),
    "end overdue": lambda: ending_queries.overdue(now() + DAY, 200),
    "overdue near a time": near,
    "complete past": lambda: ending_queries.past(now() - timedelta(hours=12), 200),
    "feed, its state": lambda: feed_queries.state(CUSTOMER, span()),
    "feed, its bookings": lambda: feed_queries.bookings(CUSTOMER, span()),
    "rezone": lambda: rezoning_queries.coming((now(), rezoning_queries.NIL), 500),
    "booking": lambda: queries.get(new_id()),
    "booking to change": lambda: queries.lock(new_id()),
    "timeline": lambda: timeline_queries.steps(new_id()),
    "list of a customer": lambda: page(CUSTOMER, "customer"),
    "list of a partner": page,
    "list of a partner, proposals": lambda: page(proposed_by=["customer"]),
    "list of a partner, to come": lambda: page(from_=now(), to=now() + DAY),
    "list of a calendar": lambda: staff(calendar_id=CALENDAR),
    "list of staff": staff,
    "list of staff, latest": lambda: staff("-createdAt"),
    "list of staff, changed": lambda: staff("-updatedAt"),
    "list of staff, by number": lambda: staff(q="g4711"),
    "list of staff, proposals": lambda: staff(proposed_by=["customer", "partner"]),
    "facts": facts,
    "limit of a day": lambda: limit_queries.count_of_day(CUSTOMER, SERVICE, "2026-10-01", None),
    "seat of a session": lambda: limit_queries.has_seat(CUSTOMER, new_id()),
    "load of calendars": lambda: placing_queries.loads({CALENDAR: "2026-10-01"}, now()),
    "bookings to come of a calendar": lambda: calendar_queries.open_bookings(CALENDAR, now(), 500),
    "customer of a partner": lambda: customer_queries.has_booked(new_id(), PARTNER),
    "figures of a day": figures,
}


class _Undo(Exception):
    """Roll the transaction back."""


@pytest.fixture(scope="module")
def explained(app: Flask) -> Iterator[dict[str, list[Plan]]]:
    """Give the plans of each call."""
    found: dict[str, list[Plan]] = {}
    with app.app_context():
        try:
            with db.transaction():
                users, *rest = (*SEED, *BOOKED)
                db.execute(text(users), {"first": 1, "last": PEOPLE})
                for statement in rest:
                    given = {"first": 1, "last": CALENDARS, "blocks": BLOCKS, "people": PEOPLE}
                    used = {name: value for name, value in given.items() if f":{name} " in statement}
                    db.execute(text(statement), used)
                db.execute(text(f"ANALYZE {', '.join(TABLES)}"))
                found = {name: plans(call) for name, call in CALLS.items()}
                raise _Undo
        except _Undo:
            with db.transaction():  # the sizes of tables that planners know are not rolled back
                db.execute(text(f"ANALYZE {', '.join(TABLES)}"))
        yield found


@pytest.mark.parametrize("name", CALLS)
def test_no_table_is_read_as_a_whole(explained: dict[str, list[Plan]], name: str) -> None:
    every = [node for plan in explained[name] for node in nodes(plan)]
    read = {node["Relation Name"] for node in every if node["Node Type"] == "Seq Scan"}
    assert read & set(TABLES) == set(), every
    assert [node for node in every if "Index Name" in node], every


def test_lists_of_staff_are_read_in_the_order_of_their_index(explained: dict[str, list[Plan]]) -> None:
    """A sort would read all bookings first, and grow with them."""
    orders = {
        "list of staff": "ix_bookings_starts_at",
        "list of staff, latest": "ix_bookings_created_at",
        "list of staff, changed": "ix_bookings_updated_at",
    }
    for name, index in orders.items():
        every = [node for plan in explained[name] for node in nodes(plan)]
        assert {node["Index Name"] for node in every if "Index Name" in node} == {index}, name

"""Time bookings with 10,000 and with 1,000,000 of them, 500 in each calendar: making one, lists, jobs, feeds.

Usage: python -m benchmarks.bookings_growth [--minutes M] [BOOKINGS …]. The tables grow for M minutes at most (8); then
the size that they have reached is measured. Prints medians in milliseconds, and their ratios.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import text

from benchmarks import growth, slots_growth
from benchmarks.bookings_rows import CUSTOMER, SEED
from benchmarks.slots_growth import BLOCKS, PARTNER
from metaia.bookings import create, queries
from metaia.bookings.ending import queries as ending_queries
from metaia.bookings.feeds import queries as feed_queries
from metaia.bookings.feeds.queries import Span
from metaia.bookings.feeds.service import Feed
from metaia.bookings.reminders import queries as reminder_queries
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.core.times import now

PEOPLE, STEP, MADE = 1000, 100, 200  # customers, calendars of one step, bookings that are made
BOOKED_IN = range(3, 11)  # calendars
MACHINE = "a constant"  # how fast the machine is at each size; without a goal
GOALS = {"make a booking": 1.3, MACHINE: float("inf")}
GOAL, FEED, FEED_GOAL = 1.5, "feed of 1,000 events", 100.0  # of the other ratios; milliseconds
# The partner that is measured has the second calendar too, so 1,000 events in the feed.
SECOND = (
    "UPDATE bookings SET partner_id = :partner WHERE calendar_id = '20000000-0000-7000-8000-000000000002'",
    "UPDATE calendars SET weekly = CAST(:weekly AS jsonb) WHERE partner_id = ANY(CAST(:partners AS uuid[]))",
)
NEW = """
    INSERT INTO users (id, email, password_hash, name, role, active, created_at)
    VALUES (CAST(:id AS uuid), CAST(:id AS text) || '@test.example', 'x', 'n', 'customer', true, now())
"""
ALWAYS = {
    day: [{"from": "00:00", "to": "24:00"}] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
}


class _Undo(Exception):
    """Roll a transaction back."""


def add(first: int, last: int) -> None:
    """Add calendars with their blocks and bookings."""
    slots_growth.add(first, last)
    given = {"first": first, "last": last, "blocks": BLOCKS, "people": PEOPLE}
    with db.transaction():
        for statement in SEED:
            used = {name: each for name, each in given.items() if f":{name} " in statement}
            db.execute(text(statement), used)


def open_hours() -> None:
    """Open the calendars in which is booked, and give the measured partner two calendars."""
    partners = [numbered("0", number) for number in BOOKED_IN]
    with db.transaction():
        db.execute(text(SECOND[0]), {"partner": PARTNER})
        db.execute(text(SECOND[1]), {"weekly": json.dumps(ALWAYS), "partners": partners})


def numbered(kind: str, number: int) -> str:
    """Return the id of a user (0), calendar (2) or service (3) of the seed."""
    return f"{kind}0000000-0000-7000-8000-{number:012x}"


def free_times() -> Iterator[tuple[str, datetime]]:
    """Yield services and times that are free: half past each hour."""
    first = now().replace(minute=30, second=0, microsecond=0) + timedelta(days=1)
    for hour, number in itertools.product(range(BLOCKS), BOOKED_IN):
        yield numbered("3", number), first + timedelta(hours=hour)


def booking(free: Iterator[tuple[str, datetime]]) -> Callable[[], object]:
    """Return a call that books the next free time, each for another customer."""
    people = [new_id() for _ in range(MADE)]
    with db.transaction():
        for person in people:
            db.execute(text(NEW), {"id": person})
    customers = iter(people)

    def book() -> object:
        service_id, starts_at = next(free)
        actor = Actor(next(customers), "customer", "session", 0)
        given = {"service_id": service_id, "starts_at": starts_at, "calendar_id": None, "seats": 1}
        return create.create(actor, given | {"customer_id": None, "customer_info": {}, "notes": None})

    return book


def page(user_id: str, role: str, **filters: object) -> object:
    """Read the first page of a list."""
    actor = Actor(user_id, role, "session", 0)
    return queries.page(actor, filters=filters, sort="startsAt", limit=20, cursor=None)


def remind(moment: datetime) -> int:
    """Take 200 reminders that are due at a moment, and put them back; return how many were taken."""
    taken = []
    with contextlib.suppress(_Undo), db.transaction():
        taken = reminder_queries.take(moment, 200)
        raise _Undo
    return len(taken)


def calls() -> growth.Calls:
    """Return what is timed, by name."""
    feed = Feed(PARTNER, Span(now(), 30, 365), "")
    return {
        MACHINE: lambda: db.fetch_value(text("SELECT 1")),
        "list of a partner": lambda: page(PARTNER, "tailor"),
        "list of a partner, to come": lambda: page(
            PARTNER, "tailor", from_=now(), to=now() + timedelta(days=1)
        ),
        "list of a customer": lambda: page(CUSTOMER, "customer"),
        "list of staff": lambda: page(new_id(), "admin"),
        "list of staff, by number": lambda: page(new_id(), "admin", q="g4711"),
        "end overdue": lambda: ending_queries.overdue(now(), 200),
        "complete past": lambda: ending_queries.past(now() - timedelta(hours=12), 200),
        "remind, none due": lambda: remind(now() - timedelta(days=9)),
        "remind, 200 due": lambda: remind(now() + timedelta(days=9)),
        "feed, unchanged": lambda: feed_queries.state(PARTNER, feed.span),
        FEED: feed.content,
        **{f"free times: {name}": call for name, call in slots_growth.calls().items()},
    }


def measure(free: Iterator[tuple[str, datetime]]) -> dict[str, float]:
    """Return the medians in milliseconds."""
    made = growth.measure({"make a booking": booking(free)}, MADE)
    return made | growth.measure(calls())


def main(sizes: list[int], minutes: float) -> int:
    """Print the times at each size; return 1 if a goal is missed."""
    with growth.application():
        with db.transaction():
            db.execute(text(slots_growth.SEED[0]), {"first": 1, "last": PEOPLE})
        results, reached, free = [], list[int](), free_times()
        for count in growth.grown([size // BLOCKS for size in sizes], STEP, add, minutes):
            if not reached:
                open_hours()
                growth.analyze()
            reached.append(count * BLOCKS)
            results.append(measure(free))
    ratios = growth.show(reached, results)
    missed = [name for name, ratio in ratios.items() if ratio > GOALS.get(name, GOAL)]
    if results[-1][FEED] > FEED_GOAL:
        missed.append(f"{FEED}: {FEED_GOAL:.0f} ms")
    print("missed goals:", ", ".join(missed) or "none")
    return int(bool(missed))


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=growth.MINUTES)
    options.add_argument("sizes", metavar="BOOKINGS", type=int, nargs="*", default=[10_000, 1_000_000])
    given = options.parse_args()
    sys.exit(main(given.sizes, given.minutes))

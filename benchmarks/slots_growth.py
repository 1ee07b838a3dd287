"""Time the statements of free times with 10,000 and with 1,000,000 blocks, 500 of each calendar.

Usage: python -m benchmarks.slots_growth [BLOCKS …]. The tables grow for 8 minutes at most.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import event, text

from benchmarks import growth
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.services import queries as service_queries
from metaia.bookings.slots import queries
from metaia.core import db, times
from metaia.core.times import DAY, now
from metaia.extensions import db as database

BLOCKS, STEP = 500, 100  # of each calendar; calendars that are added at a time
SIZES = [10_000, 1_000_000]
PARTNER = "00000000-0000-7000-8000-000000000001"
CALENDAR = "20000000-0000-7000-8000-000000000001"
SERVICE = "30000000-0000-7000-8000-000000000001"
# Each calendar has a partner and a service. Blocks of 30 minutes, one each hour, the first ones in the past.
SEED = (
    """
    INSERT INTO users (id, email, password_hash, name, role, active, created_at)
    SELECT CAST('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid), n || '@test.example', 'x', 'n',
        'tailor', true, now()
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO calendars (id, partner_id, name, time_zone, weekly, active, version, created_at, updated_at)
    SELECT CAST('20000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid),
        CAST('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid), 'Main', 'UTC', '{}', true, 1, now(), now()
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO services (id, partner_id, name, duration_minutes, price, currency, buffer_before_minutes,
        buffer_after_minutes, capacity, step_minutes, min_notice_minutes, max_advance_days, confirmation, payment,
        free_until_minutes, fee_percent, locked_until_minutes, reminders, media_ids, active, version, created_at,
        updated_at, words)
    SELECT CAST('30000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid),
        CAST('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid), 'Cut', 30, 1, 'INR', 0, 0, 1, 15, 0, 90,
        'instant', 'none', 0, 0, 0, '[]', '[]', true, 1, now(), now(), ''
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO service_calendars (service_id, calendar_id)
    SELECT CAST('30000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid),
        CAST('20000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid)
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO booking_blocks (id, calendar_no, service_id, during, starts_at, ends_at, capacity, taken)
    SELECT gen_random_uuid(), no, CAST('30000000' || substr(CAST(calendars.id AS text), 9) AS uuid),
        tstzrange(at, at + interval '30 minutes', '[)'), at, at + interval '30 minutes', 1, 1
    FROM calendars, generate_series(1, CAST(:blocks AS integer)) AS n,
        LATERAL (SELECT date_trunc('hour', now()) + (n - 100) * interval '1 hour' AS at) AS starts
    WHERE CAST(calendars.id AS text) LIKE '20000000-0000-7000-8000-%'
        AND NOT EXISTS (SELECT FROM booking_blocks WHERE calendar_no = no)
    """,
)


def calls() -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    calendar = calendar_queries.get(CALENDAR)
    assert calendar is not None
    first = times.minutes(now())
    filters = service_queries.filters(ids=None, partner_id=PARTNER, calendar_id=None, limit=21)
    return {
        "blocks of 31 days": lambda: queries.busy(calendar.no, first, first + 31 * DAY),
        "services of a partner": lambda: service_queries.offered(filters),
        "versions of a partner": lambda: queries.versions(filters),
        "calendars by id": lambda: calendar_queries.by_ids([CALENDAR]),
        "hours of 31 days": lambda: calendar_queries.intervals(
            calendar, times.from_minutes(first).date(), times.from_minutes(first + 30 * DAY).date()
        ),
        "list of all services": lambda: service_queries.page(limit=20, cursor=None),
    }


def add(first: int, last: int) -> None:
    """Add calendars with their blocks."""
    with db.transaction():
        for statement in SEED:
            given = {"first": first, "last": last, "blocks": BLOCKS}
            db.execute(text(statement), given)


def plan() -> list[str]:
    """Return the nodes of the plan that reads the blocks of a calendar."""
    found: list[tuple[str, Any]] = []

    def collect(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        found.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", collect)
    calls()["blocks of 31 days"]()
    event.remove(database.engine, "before_cursor_execute", collect)
    statement, parameters = found[-1]
    with db.transaction() as unit:
        lines = unit.connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
    return [line.strip() for line in lines if "cost=" in line]


def main(sizes: list[int]) -> None:
    """Print the times at each size."""
    with growth.application():
        results, reached = [], list[int]()
        for count in growth.grown([size // BLOCKS for size in sizes], STEP, add, growth.MINUTES):
            reached.append(count * BLOCKS)
            results.append(growth.measure(calls()))
            print(f"{reached[-1]:,} blocks:", *plan(), sep="\n  ")
    growth.show(reached, results)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)

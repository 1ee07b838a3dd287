"""The table of blocks refuses overlaps by itself, whatever the services do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import errors
from psycopg.types.range import TimestamptzRange

from metaia.core.ids import new_id
from tests.support.people import World

START = datetime(2026, 10, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
INSERT = """
    INSERT INTO booking_blocks (id, calendar_no, service_id, during, starts_at, ends_at, capacity, taken)
    VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, 2, %s)
"""


class Table:
    """Two calendars and a service, and inserts of blocks into them."""

    def __init__(self, connection: psycopg.Connection, partner_id: str) -> None:
        self._connection = connection
        self.service_id = new_id()
        self._connection.execute(
            """
            INSERT INTO services (id, partner_id, name, duration_minutes, price, currency, buffer_before_minutes,
                buffer_after_minutes, capacity, step_minutes, min_notice_minutes, max_advance_days, confirmation,
                payment, free_until_minutes, fee_percent, locked_until_minutes, reminders, media_ids, active, version,
                created_at, updated_at, words)
            VALUES (%s, %s, 'Grooming', 60, 0, 'INR', 0, 0, 2, 15, 60, 90, 'instant', 'none', 0, 0, 0, '[]', '[]',
                true, 1, now(), now(), '')
            """,
            (self.service_id, partner_id),
        )
        self.calendars = [self._calendar(partner_id) for _ in range(2)]

    def _calendar(self, partner_id: str) -> int:
        row = self._connection.execute(
            """
            INSERT INTO calendars (id, partner_id, name, time_zone, weekly, active, version, created_at, updated_at)
            VALUES (gen_random_uuid(), %s, 'Room', 'Europe/Berlin', '{}', true, 1, now(), now()) RETURNING no
            """,
            (partner_id,),
        ).fetchone()
        assert row is not None
        return int(row[0])

    def insert(
        self, start: datetime, end: datetime, *, calendar: int = 0, taken: int = 1, **given: object
    ) -> None:
        """Insert a block from `start` to `end`; `during` replaces its range."""
        during = given.get("during", TimestamptzRange(start, end))
        times = (given.get("starts_at", start), given.get("ends_at", end))
        self._connection.execute(INSERT, (self.calendars[calendar], self.service_id, during, *times, taken))


@pytest.fixture
def table(world: World, environment: dict[str, str]):
    partner = world.person("tailor")
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        yield Table(connection, partner.id)


def test_blocks_of_a_calendar_that_overlap_are_refused(table: Table) -> None:
    table.insert(START, START + HOUR)
    for start, end in [(0, 60), (-30, 30), (30, 90), (10, 20), (-10, 70), (59, 61)]:
        with pytest.raises(errors.ExclusionViolation):
            table.insert(START + timedelta(minutes=start), START + timedelta(minutes=end))


def test_blocks_that_touch_or_are_in_other_calendars_are_accepted(table: Table) -> None:
    table.insert(START, START + HOUR)
    table.insert(START + HOUR, START + 2 * HOUR)
    table.insert(START - HOUR, START)
    table.insert(START, START + HOUR, calendar=1)


def test_buffers_count_as_taken(table: Table) -> None:
    buffered = TimestamptzRange(START - HOUR, START + 2 * HOUR)
    table.insert(START, START + HOUR, during=buffered)
    with pytest.raises(errors.ExclusionViolation):
        table.insert(START + HOUR, START + 2 * HOUR)
    table.insert(START + 2 * HOUR, START + 3 * HOUR)


def test_a_block_without_taken_seats_takes_no_time(table: Table) -> None:
    table.insert(START, START + HOUR, taken=0)
    table.insert(START, START + HOUR)
    table.insert(START, START + HOUR, taken=0)


@pytest.mark.parametrize(
    "during",
    [
        pytest.param(TimestamptzRange(empty=True), id="empty"),
        pytest.param(TimestamptzRange(START, START, "[)"), id="empty by its bounds"),
        pytest.param(TimestamptzRange(START, START + HOUR, "[]"), id="end included"),
        pytest.param(TimestamptzRange(START, START + HOUR, "()"), id="start excluded"),
        pytest.param(TimestamptzRange(START, None), id="without an end"),
        pytest.param(TimestamptzRange(None, START + HOUR), id="without a start"),
        pytest.param(TimestamptzRange(START + timedelta(minutes=1), START + HOUR), id="begins late"),
        pytest.param(TimestamptzRange(START, START + timedelta(minutes=59)), id="ends early"),
    ],
)
def test_ranges_that_could_pass_the_constraint_are_refused(table: Table, during: object) -> None:
    with pytest.raises(errors.CheckViolation):
        table.insert(START, START + HOUR, during=during)


def test_a_block_must_end_after_its_start_and_hold_its_seats(table: Table) -> None:
    whole_day = TimestamptzRange(START - 12 * HOUR, START + 12 * HOUR)
    for end in (START, START - HOUR):
        with pytest.raises(errors.CheckViolation):
            table.insert(START, end, during=whole_day)
    for taken in (-1, 3):
        with pytest.raises(errors.CheckViolation):
            table.insert(START, START + HOUR, taken=taken)

"""Selects of rows that disagree. One statement reads one snapshot, so it finds nothing false while others write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select, text

from metaia.bookings.models import BookingRow
from metaia.bookings.reminders.models import BookingReminderRow
from metaia.bookings.reminders.policy import REMINDED
from metaia.core import db
from metaia.core.db import AnyRow

PAGE = 500
# The seats that bookings have of blocks. The block of a proposal that overlaps its booking has none: the block of the
# booking is widened over both.
_SEATS = """
    SELECT block_id, seats FROM bookings
        WHERE status IN ('held', 'pending', 'confirmed', 'checked_in', 'completed', 'no_show')
    UNION ALL SELECT proposed_block_id, seats FROM bookings
        JOIN booking_blocks AS proposed ON proposed.id = proposed_block_id WHERE proposed.taken > 0
"""
_BLOCKS = f"""
    SELECT blocks.id AS subject, coalesce(sum(parts.seats), 0) AS booked, taken
    FROM booking_blocks AS blocks JOIN calendars ON calendars.no = blocks.calendar_no
    LEFT JOIN ({_SEATS}) AS parts ON parts.block_id = blocks.id
    WHERE (taken > 0 OR parts.seats > 0) AND {{calendars}}
    GROUP BY blocks.id HAVING taken <> coalesce(sum(parts.seats), 0)
"""  # noqa: S608 - all parts are constants
# Bookings with the money of their payments.
_PAID = """
    bookings CROSS JOIN LATERAL (
        SELECT coalesce(sum(captured), 0) AS captured, count(*) FILTER (WHERE captured > 0) AS payments,
            coalesce(sum(captured - refunded - refunding - disputed), 0) AS kept
        FROM payments WHERE purpose_type = 'booking' AND purpose_id = bookings.id::text
    ) AS money
"""
# Of each kind of finding: subject, expected and found. `calendars` and `bookings` limit it to one partner.
STATEMENTS: Mapping[str, str] = {
    "block_without_booking": f"""
        SELECT subject, 'no seat taken' AS expected, taken || ' taken' AS found
        FROM ({_BLOCKS}) AS listed WHERE booked = 0
    """,  # noqa: S608
    "seats_of_block": f"""
        SELECT subject, booked || ' taken' AS expected, taken || ' taken' AS found
        FROM ({_BLOCKS}) AS listed WHERE booked > 0
    """,  # noqa: S608
    # Of blocks in the order of their starts, some neighbours overlap if any two of them do.
    "overlap": """
        SELECT id AS subject, 'an end until ' || following AS expected, 'an end at ' || ends AS found FROM (
            SELECT blocks.id, upper(during) AS ends, lead(lower(during))
                OVER (PARTITION BY calendar_no ORDER BY lower(during), upper(during)) AS following
            FROM booking_blocks AS blocks JOIN calendars ON calendars.no = blocks.calendar_no
            WHERE taken > 0 AND {calendars}
        ) AS listed WHERE following < ends
    """,
    "calendar_of_block": """
        SELECT bookings.id AS subject, 'a block of calendar ' || named AS expected,
            'a block of calendar ' || calendars.id AS found
        FROM bookings CROSS JOIN LATERAL (
            VALUES (block_id, calendar_id), (proposed_block_id, proposed_calendar_id)
        ) AS places (block, named)
        JOIN booking_blocks AS blocks ON blocks.id = block JOIN calendars ON calendars.no = blocks.calendar_no
        WHERE calendars.id <> named AND {bookings}
    """,
    "block_of_proposal": """
        SELECT bookings.id AS subject, 'a block over both times' AS expected, own.during::text AS found
        FROM bookings JOIN booking_blocks AS own ON own.id = block_id
        JOIN booking_blocks AS proposed ON proposed.id = proposed_block_id
        WHERE proposed.taken = 0 AND NOT own.during @> proposed.during AND {bookings}
    """,
    "reminder_without_booking": """
        SELECT bookings.id AS subject, 'no reminder' AS expected,
            minutes || ' minutes before a booking that is ' || status AS found
        FROM booking_reminders JOIN bookings ON bookings.id = booking_id
        WHERE (status NOT IN ('pending', 'confirmed') OR customer_id IS NULL
            OR NOT service->'reminders' @> to_jsonb(minutes)) AND {bookings}
    """,
    # Preferences move reminders, and one is past when they change: only without them the times are exact.
    "reminder": """
        SELECT bookings.id AS subject, due::text AS expected, coalesce(due_at::text, 'no reminder') AS found
        FROM bookings CROSS JOIN LATERAL (
            SELECT each::int AS minutes, starts_at - each::int * interval '1 minute' AS due
            FROM jsonb_array_elements_text(service->'reminders') AS each
        ) AS offsets
        LEFT JOIN booking_reminders AS reminders
            ON reminders.booking_id = bookings.id AND reminders.minutes = offsets.minutes
        LEFT JOIN notification_preferences AS preferences ON preferences.user_id = customer_id
        WHERE status IN ('pending', 'confirmed') AND customer_id IS NOT NULL AND preferences.user_id IS NULL
            AND due > now() AND due_at IS DISTINCT FROM due AND {bookings}
    """,
    # Refunds and disputes of a booking that stands leave it standing: what was captured counts.
    "stands_unpaid": f"""
        SELECT bookings.id AS subject, payable || ' paid, as it is ' || status AS expected, captured || ' paid' AS found
        FROM {_PAID} WHERE payment IS NOT NULL AND captured < payable
            AND status IN ('pending', 'confirmed', 'checked_in', 'completed', 'no_show') AND {{bookings}}
    """,  # noqa: S608
    "held_though_paid": f"""
        SELECT bookings.id AS subject, 'less than ' || payable || ' paid, as it is held' AS expected,
            kept || ' paid' AS found
        FROM {_PAID} WHERE payment IS NOT NULL AND status = 'held' AND kept >= payable AND {{bookings}}
    """,  # noqa: S608
    # One payment of all that was due confirms a booking or loses its time. Parts that were paid late do neither.
    # Neither does money that went back at the provider: its refund or dispute may have been read with the capture.
    "paid_without_step": f"""
        SELECT bookings.id AS subject, 'a step pay, submit or lose' AS expected, captured || ' paid' AS found
        FROM {_PAID} WHERE payment IS NOT NULL AND status = 'expired' AND captured >= payable AND payments = 1
            AND NOT EXISTS (
                SELECT FROM booking_steps WHERE booking_id = bookings.id AND action IN ('pay', 'submit', 'lose')
            ) AND NOT EXISTS (
                SELECT FROM payments AS each WHERE purpose_type = 'booking' AND purpose_id = bookings.id::text AND (
                    EXISTS (SELECT FROM disputes WHERE payment_id = each.id)
                    OR EXISTS (SELECT FROM refunds WHERE payment_id = each.id AND request_id IS NULL))
            ) AND {{bookings}}
    """,  # noqa: S608
    "not_earned": """
        SELECT id AS subject, 'earned, as it is ' || status AS expected, 'not earned' AS found
        FROM bookings WHERE payment IS NOT NULL AND status IN ('completed', 'no_show') AND earned_at IS NULL
            AND {bookings}
    """,
    "payment_of_nothing": f"""
        SELECT bookings.id AS subject, 'nothing to be paid' AS expected, captured || ' paid' AS found
        FROM {_PAID} WHERE payment IS NULL AND captured > 0 AND {{bookings}}
    """,  # noqa: S608
}
_SCOPE = "(CAST(:partner_id AS uuid) IS NULL OR {table}.partner_id = CAST(:partner_id AS uuid))"
_SCOPES = {table: _SCOPE.format(table=table) for table in ("calendars", "bookings")}


def findings(kind: str, partner_id: str | None, limit: int) -> list[AnyRow]:
    """Return subject, expected and found of the rows that disagree: of a partner, or of all. Raises KeyError."""
    sql = f"{STATEMENTS[kind].format(**_SCOPES)} ORDER BY 1 LIMIT :limit"
    return db.fetch_all(text(sql), {"partner_id": partner_id, "limit": limit})


def with_payment(partner_id: str | None) -> Iterator[list[str]]:
    """Yield the ids of the bookings of a partner, or of all, that are to be paid, in pages."""
    return _pages(partner_id, BookingRow.payment.is_not(None))


def with_reminders(partner_id: str | None) -> Iterator[list[str]]:
    """Yield the ids of the bookings of a partner, or of all, that have reminders to come, in pages."""
    row = BookingReminderRow
    reminded = select(row.booking_id).where(row.booking_id == BookingRow.id).exists()
    return _pages(partner_id, reminded, BookingRow.status.in_(REMINDED))


def reminders(booking_id: str) -> list[AnyRow]:
    """Return the reminders of a booking: minutes before its start, and when they are due."""
    row = BookingReminderRow
    return db.fetch_all(select(row.minutes, row.due_at).where(row.booking_id == booking_id))


def _pages(partner_id: str | None, *conditions: ColumnElement[bool]) -> Iterator[list[str]]:
    query: Any = select(BookingRow.id).where(*conditions).order_by(BookingRow.id).limit(PAGE)
    if partner_id is not None:
        query = query.where(BookingRow.partner_id == partner_id)
    last = None
    while page := db.fetch_all(query if last is None else query.where(BookingRow.id > last)):
        last = page[-1].id
        yield [row.id for row in page]

"""`flask bookings check`: nothing is found where rows agree, and each kind of damage is found."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.bookings import queries
from metaia.bookings.checking import queries as check_queries
from metaia.bookings.checking import service
from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now
from tests.bookings.conftest import Cast
from tests.support.bookings import Shop, act, at, change_row, pay, shift

# By kind of finding, statements that damage a booking: each is found. `own` is the block of the booking.
DAMAGES: dict[str, dict[str, str]] = {
    "block_without_booking": {"plain": "UPDATE bookings SET status = 'cancelled' WHERE id = :id"},
    "seats_of_block": {
        "session": "UPDATE booking_blocks SET taken = taken - 1 WHERE id = :own",
        "plain": "UPDATE booking_blocks SET taken = 0 WHERE id = :own",
        "proposed": "UPDATE bookings SET seats = 2 WHERE id = :id",
    },
    "overlap": {
        "plain": "UPDATE booking_blocks SET during = tstzrange(lower(during), upper(during) + interval '1 minute')"
        " WHERE id = :own",
        "session": "UPDATE booking_blocks SET during = tstzrange(lower(during) - interval '9 hours', upper(during))"
        " WHERE id = :own",
    },
    "calendar_of_block": {
        "plain": "UPDATE booking_blocks SET calendar_no = (SELECT no FROM calendars WHERE id = :other) WHERE id = :own",
        "proposed": "UPDATE bookings SET proposed_calendar_id = :other WHERE id = :id",
    },
    "block_of_proposal": {
        "proposed": "UPDATE booking_blocks SET during = tstzrange(starts_at, ends_at, '[)') WHERE id = :own"
    },
    "reminder_without_booking": {
        "plain": "UPDATE bookings SET status = 'completed' WHERE id = :id",
        "quiet": "UPDATE booking_reminders SET minutes = 7 WHERE booking_id = :id AND minutes = 120",
    },
    "reminder": {
        "plain": "DELETE FROM booking_reminders WHERE booking_id = :id AND minutes = 120",
        "proposed": "UPDATE booking_reminders SET due_at = due_at + interval '1 minute' WHERE booking_id = :id",
    },
    "time_of_reminder": {
        "quiet": "UPDATE booking_reminders SET due_at = due_at - interval '1 minute' WHERE booking_id = :id"
    },
    "payment": {
        "paid": "UPDATE bookings SET payment = jsonb_set(payment, '{paid}', '1') WHERE id = :id",
        "refunded": "UPDATE bookings SET payment = jsonb_set(payment, '{status}', '\"unpaid\"') WHERE id = :id",
        "lost": "UPDATE payments SET purpose_id = 'another' WHERE purpose_id = CAST(:id AS text)",
    },
    "unclaimed_money": {
        "paid": "UPDATE bookings SET status = 'cancelled', fee = 10, updated_at = now() - interval '2 hours'"
        " WHERE id = :id"
    },
    "stands_unpaid": {
        "deposit": "UPDATE bookings SET payable = payable + 1 WHERE id = :id",
        "paid": "UPDATE payments SET captured = captured - 1 WHERE purpose_id = CAST(:id AS text)",
    },
    "held_though_paid": {"deposit": "UPDATE bookings SET status = 'held', held_until = now() WHERE id = :id"},
    "paid_without_step": {"lost": "DELETE FROM booking_steps WHERE booking_id = :id AND action = 'lose'"},
    "not_earned": {"earned": "UPDATE bookings SET earned_at = NULL WHERE id = :id"},
    "payment_of_nothing": {
        "plain": "UPDATE payments SET purpose_id = CAST(:id AS text) WHERE id ="
        " (SELECT id FROM payments WHERE purpose_type = 'booking' AND captured > 0 LIMIT 1)"
    },
}  # fmt: skip


class _Undo(Exception):
    """Roll the transaction back."""


@pytest.fixture
def bookings(cast: Cast) -> dict[str, Json]:
    """Give bookings of one partner that agree, by what is special about them."""
    shop = cast.shop(calendars=2, reminders=[1440, 120])
    here, other = shop.calendar_ids
    night = {"quietHours": {"from": "22:00", "until": "08:00"}}
    assert cast.other.patch("/api/notifications/preferences", night).ok
    sessions = shop.another_service(capacity=5)
    paid = shop.another_service(payment="full", free_until_minutes=0, locked_until_minutes=0)
    made = {
        "plain": shop.book(cast.customer, at(hour=10), calendarId=here),
        "proposed": shop.book(cast.customer, at(hour=11), calendarId=here),
        "quiet": shop.book(cast.other, at(hour=9), calendarId=here),
        "session": sessions.book(cast.customer, at(hour=18), seats=2, calendarId=here),
        "paid": paid.book(cast.customer, at(hour=14), calendarId=other),
        "refunded": paid.book(cast.customer, at(hour=16), calendarId=other),
        "cancelled": shop.book(cast.customer, at(hour=20), calendarId=other),
        "far": shop.book(cast.customer, at(hour=8), calendarId=other),
    }
    for name in ("paid", "refunded"):
        pay(made[name])
    for name in ("refunded", "cancelled"):
        act(cast.customer, made[name], "cancel")
    act(cast.partner, made["proposed"], "move", startsAt=at(hour=11, minute=30).isoformat())
    act(cast.partner, made["far"], "move", startsAt=at(days=8).isoformat())
    deposit = shop.another_service(payment="deposit", deposit_percent=30)
    return made | _paid(cast, shop, deposit, paid)


def _paid(cast: Cast, shop: Shop, deposit: Shop, full: Shop) -> dict[str, Json]:
    """Return bookings by what has become of their money."""
    other = {"calendarId": shop.calendar_ids[1]}
    made = {
        "deposit": deposit.book(cast.customer, at(days=9)),
        "earned": full.book(cast.customer, at(days=9), **other),
    }
    pay(made["deposit"], 30_00)
    pay(made["earned"])
    shift(made["earned"], now() - timedelta(hours=1))
    act(cast.partner, made["earned"], "complete")
    made["lost"] = full.book(cast.other, at(days=10), **other)
    change_row(made["lost"], held_until=now() - timedelta(seconds=1))
    shop.book(cast.customer, at(days=10), **other)
    pay(made["lost"])
    return made


def found(kinds: object, partner_id: str) -> set[tuple[str, str]]:
    """Return kind and subject of what is found."""
    return {
        (kind, each.subject)
        for kind in kinds  # type: ignore[attr-defined]
        for each in service.check(kind, partner_id)
    }


def test_nothing_is_found_where_rows_agree(app: Flask, bookings: dict[str, Json], cast: Cast) -> None:
    result = app.test_cli_runner().invoke(args=["bookings", "check", "--partner", cast.partner.id])
    assert result.exit_code == 0, result.output
    assert f"{len(service.KINDS)} kinds, 0 findings" in result.output


def test_each_damage_is_found(bookings: dict[str, Json], cast: Cast) -> None:
    assert DAMAGES.keys() == set(service.KINDS)
    other = bookings["far"]["calendarId"]
    for kind, statements in DAMAGES.items():
        for name, statement in statements.items():
            booking = queries.get(bookings[name]["id"])
            assert booking
            elsewhere = other if booking.calendar_id != other else bookings["plain"]["calendarId"]
            values = {"id": booking.id, "own": booking.block_id, "other": elsewhere}
            with suppress(_Undo), db.transaction():
                if kind == "overlap":  # the constraint refuses it
                    db.ddl("ALTER TABLE booking_blocks DROP CONSTRAINT booking_blocks_free")
                used = {key: value for key, value in values.items() if f":{key}" in statement}
                db.execute(text(statement), used)
                assert {one for one, _ in found([kind], cast.partner.id)} == {kind}, (kind, name)
                raise _Undo
    assert found(service.KINDS, cast.partner.id) == set()


def test_the_command_lists_findings_and_fails(app: Flask, bookings: dict[str, Json], cast: Cast) -> None:
    booking = queries.get(bookings["session"]["id"])
    assert booking
    with db.transaction():
        db.execute(text("UPDATE booking_blocks SET taken = 3 WHERE id = :id"), {"id": booking.block_id})
    result = app.test_cli_runner().invoke(args=["bookings", "check", "--partner", cast.partner.id])
    assert result.exit_code == 1
    assert f"seats_of_block: {booking.block_id}: expected 2 taken, found 3 taken" in result.output
    assert "1 findings" in result.output
    everyone = app.test_cli_runner().invoke(args=["bookings", "check"])
    assert booking.block_id in everyone.output


def test_what_changes_while_it_is_read_is_no_finding(
    bookings: dict[str, Json], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reminder is read before the customer's preferences, and again."""
    read, asked = check_queries.reminders, list[str]()

    def late(booking_id: str) -> object:
        asked.append(booking_id)
        rows = read(booking_id)
        return [(rows[0].minutes, now() - timedelta(days=1))] if len(asked) == 1 else rows

    monkeypatch.setattr(check_queries, "reminders", late)
    assert found(["time_of_reminder"], cast.partner.id) == set()
    assert len(asked) > len(set(asked))

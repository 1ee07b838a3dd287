"""Which side is notified of an action, and which messages are still true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from metaia.bookings.notices import recipients
from metaia.bookings.notices.notifications import NOTIFICATION_TYPES
from metaia.bookings.state import CUSTOMER, MACHINE, PARTNER

USERS: dict[str, str | None] = {CUSTOMER: "c", PARTNER: "p"}
START = datetime(2026, 10, 10, 17, tzinfo=UTC)


def told(action: str, before: str | None, after: str, by: str | None) -> list[tuple[str, str]]:
    return list(recipients.listed(action, before, after, USERS, by))


@pytest.mark.parametrize(
    ("action", "before", "after", "by", "expected"),
    [
        ("book", None, "pending", "c", [("p", "booking_requested")]),
        ("book", None, "confirmed", "c", [("c", "booking_confirmed"), ("p", "booking_confirmed")]),
        ("book", None, "confirmed", "p", [("c", "booking_confirmed")]),
        ("book", None, "held", "c", []),
        ("pay", "held", "confirmed", None, [("c", "booking_confirmed"), ("p", "booking_confirmed")]),
        ("submit", "held", "pending", None, [("p", "booking_requested")]),
        ("confirm", "pending", "confirmed", "p", [("c", "booking_confirmed")]),
        ("offer", None, "held", None, []),
        ("confirm", "held", "confirmed", "c", [("c", "booking_confirmed"), ("p", "booking_confirmed")]),
        ("confirm", "held", "pending", "c", [("p", "booking_requested")]),
        ("decline", "pending", "declined", "p", [("c", "booking_declined")]),
        ("cancel", "confirmed", "cancelled", "c", [("p", "booking_cancelled")]),
        ("cancel", "confirmed", "cancelled", "p", [("c", "booking_cancelled")]),
        ("cancel", "confirmed", "cancelled", "a", [("c", "booking_cancelled"), ("p", "booking_cancelled")]),
        ("cancel", "held", "cancelled", "c", []),
        ("propose-move", "confirmed", "confirmed", "p", [("c", "booking_move_proposed")]),
        ("accept-move", "confirmed", "confirmed", "c", [("p", "booking_moved")]),
        ("decline-move", "confirmed", "confirmed", None,
         [("c", "booking_move_declined"), ("p", "booking_move_declined")]),
        ("expire", "held", "expired", None, [("c", "booking_expired")]),
        ("expire", "pending", "expired", None, [("c", "booking_expired"), ("p", "booking_expired")]),
        ("check-in", "confirmed", "checked_in", "p", []),
        ("complete", "confirmed", "completed", None, []),
    ],
)  # fmt: skip
def test_the_other_side_is_notified(
    action: str, before: str | None, after: str, by: str | None, expected: list[tuple[str, str]]
) -> None:
    assert told(action, before, after, by) == expected


def test_a_customer_without_an_account_is_not_notified() -> None:
    users: dict[str, str | None] = {CUSTOMER: None, PARTNER: "p"}
    assert list(recipients.listed("cancel", "confirmed", "cancelled", users, "p")) == []


def test_rules_name_existing_types_and_statuses() -> None:
    tables = (recipients.NOTIFY, recipients.NEW, *recipients.ENDED.values())
    named = {type_ for table in tables for notices in table.values() for _, type_ in notices}
    types = {type_.name for type_ in NOTIFICATION_TYPES}
    assert named | {"booking_offered", "booking_reminder"} == types
    assert recipients.TRUE_IN.keys() | recipients.OF_THIS_TIME <= types
    statuses = {status for found in recipients.TRUE_IN.values() for status in found}
    before = {status for table in recipients.ENDED.values() for status in table}
    assert statuses | before | recipients.NEW.keys() <= set(MACHINE.states)


@pytest.mark.parametrize(
    ("type_name", "status", "moved", "expected"),
    [
        ("booking_requested", "pending", 0, True),
        ("booking_requested", "confirmed", 0, False),
        ("booking_reminder", "confirmed", 0, True),
        ("booking_reminder", "confirmed", 1, False),
        ("booking_reminder", "cancelled", 0, False),
        ("booking_confirmed", "confirmed", 1, False),
        ("booking_cancelled", "cancelled", 1, True),
        ("booking_moved", "cancelled", 0, False),
        ("booking_offered", "expired", 0, False),
    ],
)
def test_a_message_is_true_for_its_time_and_status(
    type_name: str, status: str, moved: int, expected: bool
) -> None:
    booking = SimpleNamespace(
        status=status, starts_at=START + timedelta(hours=moved), proposed_starts_at=None
    )
    assert recipients.still_true(type_name, START, None, booking) is expected


def test_a_proposal_is_true_until_it_is_answered_or_replaced() -> None:
    booking = SimpleNamespace(status="confirmed", starts_at=START, proposed_starts_at=START)
    assert recipients.still_true("booking_move_proposed", START, START, booking)
    assert not recipients.still_true("booking_move_proposed", START, START + timedelta(hours=1), booking)

"""Services, calendars and bookings in tests. Calendars are open all day unless a test states hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from sqlalchemy import func, insert, select, text, update

from metaia.bookings import queries
from metaia.bookings.blocks import service as blocks
from metaia.bookings.blocks.models import BookingBlockRow
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.calendars.models import CalendarRow
from metaia.bookings.create import COPIED
from metaia.bookings.models import BookingRow
from metaia.bookings.money import purpose
from metaia.bookings.services import queries as service_queries
from metaia.bookings.services.models import ServiceCalendarRow, ServiceRow
from metaia.bookings.state import ANSWERS
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.payments.refunds import queries as refund_queries
from metaia.providers.payments.facts import AttemptFact
from tests.support.people import Person

ALWAYS = {
    day: [{"from": "00:00", "to": "24:00"}] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
}
SERVICE: Json = {
    "name": "Grooming", "description": None, "duration_minutes": 60, "price": 100_00, "currency": "INR",
    "buffer_before_minutes": 0, "buffer_after_minutes": 0, "capacity": 1, "step_minutes": 15, "min_notice_minutes": 0,
    "max_advance_days": 90, "confirmation": "instant", "payment": "none", "deposit_percent": None,
    "free_until_minutes": 1440, "fee_percent": 50, "locked_until_minutes": 120, "max_per_customer_per_day": None,
    "reminders": [], "media_ids": [], "active": True, "version": 1, "words": "",
}  # fmt: skip
HOUR = timedelta(hours=1)


def at(days: int = 7, hour: int = 10, minute: int = 0) -> datetime:
    """Return a time so many days from now, in UTC."""
    day = now() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def insert_calendar(partner_id: str, zone: str = "UTC", weekly: Json | None = None) -> str:
    """Insert a calendar and return its id."""
    calendar_id, moment = new_id(), now()
    with db.transaction():
        db.execute(
            insert(CalendarRow).values(
                id=calendar_id, partner_id=partner_id, name="Room", time_zone=zone, active=True, version=1,
                weekly=ALWAYS if weekly is None else weekly, created_at=moment, updated_at=moment,
            )
        )  # fmt: skip
    return calendar_id


def insert_service(partner_id: str, calendar_ids: list[str], **given: Any) -> str:
    """Insert a service of these calendars and return its id."""
    service_id, moment = new_id(), now()
    values = SERVICE | given | {"id": service_id, "partner_id": partner_id}
    with db.transaction():
        db.execute(insert(ServiceRow).values(**values, created_at=moment, updated_at=moment))
        links = [{"service_id": service_id, "calendar_id": each} for each in calendar_ids]
        db.execute(insert(ServiceCalendarRow), links)
    return service_id


class Shop:
    """A partner with calendars and one service."""

    def __init__(self, partner: Person, *, calendars: int = 1, zone: str = "UTC", **service: Any) -> None:
        self.partner = partner
        self.calendar_ids = [insert_calendar(partner.id, zone) for _ in range(calendars)]
        self.service_id = insert_service(partner.id, self.calendar_ids, **service)

    def another_service(self, **service: Any) -> Shop:
        """Return another service of the same calendars."""
        shop = object.__new__(Shop)
        shop.partner, shop.calendar_ids = self.partner, self.calendar_ids
        shop.service_id = insert_service(self.partner.id, self.calendar_ids, **service)
        return shop

    def try_to_book(
        self, person: Person, starts_at: datetime | None = None, **body: Any
    ) -> requests.Response:
        """Send a request to book."""
        given = {"serviceId": self.service_id, "startsAt": (starts_at or at()).isoformat()}
        return person.post("/api/bookings", given | body)

    def book(self, person: Person, starts_at: datetime | None = None, **body: Any) -> Json:
        """Book and return the booking."""
        answer = self.try_to_book(person, starts_at, **body)
        assert answer.status_code == 201, answer.text
        booking: Json = answer.json()["data"]["booking"]
        return booking


# By action, the status in which it is possible and the start from now on; otherwise the booking is pending.
POSSIBLE = {
    "check-in": ("confirmed", HOUR), "complete": ("confirmed", -HOUR), "no-show": ("confirmed", -HOUR),
    "reopen": ("no_show", -HOUR), "accept-move": ("confirmed", 99 * HOUR), "decline-move": ("confirmed", 99 * HOUR),
}  # fmt: skip


def insert_booking(customer_id: str, partner_id: str, action: str, *, proposed_by: str) -> str:
    """Insert a booking, in a calendar of its own, in a status that allows an action; return its id."""
    calendar_id = insert_calendar(partner_id)
    service_id = insert_service(partner_id, [calendar_id])
    status, wait = POSSIBLE.get(action, ("pending", 99 * HOUR))
    with db.transaction():
        [calendar] = calendar_queries.lock([calendar_id])
        service = service_queries.get(service_id)
        assert service
        starts_at, booking_id = now().replace(second=0, microsecond=0) + wait, new_id()
        block_id = blocks.take(calendar.no, service, starts_at, 1)
        values = _booking(starts_at, status) | {
            "booking_number": f"T{booking_id[-12:]}",
            "block_id": block_id,
        }
        values |= {"customer_id": customer_id, "partner_id": partner_id, "service_id": service_id}
        values |= {"service": {name: getattr(service, name) for name in COPIED}, "calendar_id": calendar_id}
        if action in ANSWERS:
            proposed = starts_at + 24 * HOUR
            values |= {
                "proposed_block_id": blocks.take(calendar.no, service, proposed, 1),
                "proposed_calendar_id": calendar_id, "proposed_starts_at": proposed,
                "proposed_ends_at": proposed + HOUR, "proposed_by": proposed_by, "proposal_answer_by": starts_at,
            }  # fmt: skip
        db.execute(insert(BookingRow).values(id=booking_id, **values))
    return booking_id


def _booking(starts_at: datetime, status: str) -> Json:
    moment = now()
    return {
        "status": status, "starts_at": starts_at, "ends_at": starts_at + HOUR, "time_zone": "UTC",
        "local_start": starts_at.isoformat()[:16], "seats": 1, "customer_info": {}, "price": 100_00, "currency": "INR",
        "payable": 0, "free_until": starts_at, "locked_from": starts_at, "moves": 0, "version": 1, "words": "",
        "created_at": moment, "updated_at": moment, "answer_by": starts_at if status == "pending" else None,
    }  # fmt: skip


def try_to(person: Person, booking: Json, action: str, **body: Any) -> requests.Response:
    """Send an action."""
    return person.patch(f"/api/bookings/{booking['id']}/{action}", body)


def act(person: Person, booking: Json, action: str, **body: Any) -> Json:
    """Perform an action and return the changed booking."""
    answer = try_to(person, booking, action, **body)
    assert answer.status_code == 200, answer.text
    changed: Json = answer.json()["data"]["booking"]
    return changed


def read(person: Person, booking: Json) -> Json:
    """Return a booking as a person sees it."""
    found: Json = person.get(f"/api/bookings/{booking['id']}").json()["data"]["booking"]
    return found


def pay(booking: Json, amount: int = 100_00) -> None:
    """Let a provider state that a booking was paid, in minor units."""
    found = queries.get(booking["id"])
    assert found
    fact = AttemptFact(
        provider="razorpay",
        reference=f"pay_{new_id()}",
        status="captured",
        amount=amount,
        currency="INR",
        at=now(),
    )
    with db.transaction():
        payment_service.take([fact], source="test", purpose=purpose.of(found))


def refunds(booking: Json) -> list[int]:
    """Return the amounts that are refunded or will be, in minor units."""
    found: list[int] = []
    for payment in payment_queries.of_purpose("booking", booking["id"]):
        with db.transaction():
            found += [each.amount for each in refund_queries.lock_of_payment(payment.id)]
    return found


def change_row(booking: Json, **values: Any) -> None:
    """Change columns of a booking, such as its deadlines."""
    with db.transaction():
        db.execute(update(BookingRow).where(BookingRow.id == booking["id"]).values(**values))


def shift(booking: Json, starts_at: datetime) -> None:
    """Let a booking begin at another time, which may be in the past: time passes."""
    row = queries.get(booking["id"])
    assert row
    length = row.ends_at - row.starts_at
    with db.transaction():
        block_id = new_id()
        table = BookingBlockRow
        old = select(table.calendar_no, table.service_id, table.capacity, table.taken).where(
            table.id == row.block_id
        )
        [found] = db.fetch_all(old)
        db.execute(update(table).where(table.id == row.block_id).values(taken=0))
        db.execute(
            insert(table).values(
                id=block_id, starts_at=starts_at, ends_at=starts_at + length,
                during=func.tstzrange(starts_at, starts_at + length, "[)"), **found._asdict(),
            )
        )  # fmt: skip
        times = {"starts_at": starts_at, "ends_at": starts_at + length, "block_id": block_id}
        terms = {"free_until": starts_at - 24 * HOUR, "locked_from": starts_at - 2 * HOUR}
        db.execute(update(BookingRow).where(BookingRow.id == row.id).values(**times, **terms))


def taken(calendar_id: str) -> list[tuple[datetime, datetime, int]]:
    """Return the blocks of a calendar with seats taken: start, end, seats; in order."""
    row = BookingBlockRow
    query = select(row.starts_at, row.ends_at, row.taken).join(CalendarRow, CalendarRow.no == row.calendar_no)
    found = db.fetch_all(query.where(CalendarRow.id == calendar_id, row.taken > 0).order_by(row.starts_at))
    return [tuple(each) for each in found]


def drift(shop: Shop) -> list[Json]:
    """Return the blocks of a shop of which `taken` is not the sum of the seats of bookings that take them."""
    query = """
        SELECT booking_blocks.id, taken, coalesce(sum(seats), 0) AS seats FROM booking_blocks LEFT JOIN (
            SELECT block_id, seats FROM bookings WHERE status NOT IN ('declined', 'cancelled', 'expired')
            UNION ALL SELECT proposed_block_id, seats FROM bookings
                JOIN booking_blocks AS proposed ON proposed.id = proposed_block_id
                WHERE taken > 0 -- 0: the times overlap
        ) AS booked ON booked.block_id = booking_blocks.id
        JOIN calendars ON no = calendar_no WHERE calendars.id = ANY(CAST(:ids AS uuid[]))
        GROUP BY booking_blocks.id HAVING taken <> coalesce(sum(seats), 0)
    """
    return [dict(row._mapping) for row in db.fetch_all(text(query), {"ids": shop.calendar_ids})]

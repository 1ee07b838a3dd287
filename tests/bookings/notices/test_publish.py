"""Notices of bookings: their events, and times by the clock of the place in each language (over HTTP and sockets)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from metaia.bookings.notices.notifications import NOTIFICATION_TYPES
from metaia.bookings.reminders import service as reminder_service
from metaia.core import db
from metaia.core.json import Json
from tests.bookings.conftest import Cast
from tests.support.bookings import Shop, act
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline
from tests.support.smtp_server import Mailbox
from tests.support.vendors import Vendors

PARIS = ZoneInfo("Europe/Paris")
ZONE = {"en": "19:00 (Paris time)", "de": "19:00 (Ortszeit Paris)", "hi": "19:00 (पेरिस समय)"}


def evening(days: int) -> datetime:
    """Return in UTC 19 o'clock in Paris, which is 20 o'clock in Athens."""
    day = datetime.now(PARIS).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, 19, tzinfo=PARIS).astimezone(UTC)


def living_in(world: World, zone: str, language: str = "en") -> Person:
    person = world.person()
    answer = person.patch("/api/auth/me", {"timeZone": zone, "locale": language})
    assert answer.ok, answer.text
    return person


def notices(person: Person) -> dict[str, Json]:
    """Return the newest notice of each type."""
    found = person.get("/api/notifications?category=booking&limit=100").json()["data"]["notifications"]
    return {notice["type"]: notice for notice in reversed(found)}


def body(mail: Any) -> str:
    return str(next(mail.iter_parts()).get_content())


@pytest.mark.parametrize("language", ["en", "de", "hi"])
def test_times_are_those_of_the_place_in_each_message(
    world: World, cast: Cast, pipeline: Pipeline, smtp: Mailbox, language: str
) -> None:
    customer = living_in(world, "Europe/Athens", language)
    shop = cast.shop(zone=PARIS.key, confirmation="request", reminders=[120], locked_until_minutes=0)
    booking = shop.book(customer, evening(3))
    act(cast.partner, booking, "confirm")
    pipeline.run()
    due = text("UPDATE booking_reminders SET due_at = now() WHERE booking_id = :id")
    with db.transaction():
        db.execute(due, {"id": booking["id"]})
    while reminder_service.send_due():
        pass
    pipeline.run()
    proposed = act(cast.partner, booking, "move", startsAt=evening(4).isoformat())
    pipeline.run()
    act(customer, proposed, "accept-move")
    pipeline.run()
    act(cast.partner, booking, "cancel")
    pipeline.run()
    mails = smtp.to(customer.user["email"])
    assert len(mails) == 4, "confirmed, reminded, proposed, cancelled; an own acceptance is no news"
    for mail in mails:
        assert ZONE[language] in body(mail), body(mail)
        assert "20:00" not in body(mail)
    for notice in notices(customer).values():
        assert ZONE[language] in notice["message"]


def test_the_zone_is_named_only_where_clocks_differ(world: World, cast: Cast) -> None:
    neighbour = living_in(world, "Europe/Berlin")
    shop = cast.shop(zone=PARIS.key)
    shop.book(neighbour, evening(3))
    assert notices(neighbour)["booking_confirmed"]["message"].endswith("19:00.")


def test_one_notification_has_two_events_with_the_same_id(cast: Cast) -> None:
    screen = cast.partner.socket()
    shop = cast.shop(confirmation="request")
    booking = shop.book(cast.customer)
    [first] = screen.wait("new_notification", where=lambda data: data["type"] == "booking_requested")
    [second] = screen.wait("notification")
    assert second["id"] == first["id"]
    assert (second["bookingId"], second["startsAt"]) == (booking["id"], booking["startsAt"])
    assert (second["type"], second["title"]) == ("booking_requested", "Booking requested")
    assert second["actions"] == [{"action": "open_booking", "label": "Open the booking"}]
    back = cast.partner.socket(first["cursor"])
    assert [each["id"] for each in back.wait("notification")] == [first["id"]], "it comes after the first one"
    assert back.of("new_notification") == []


def test_other_categories_have_one_event(world: World) -> None:
    customer, tailor = world.person(), world.person("tailor")
    screen = tailor.socket()
    customer.order(partnerId=tailor.id)
    screen.wait("new_notification")
    assert screen.of("notification") == []


def test_a_request_is_sent_as_sms_unless_it_is_answered(
    world: World, pipeline: Pipeline, vendors: Vendors, phone: str
) -> None:
    partner = world.person("tailor", phone=phone)
    shop = Shop(partner, confirmation="request")
    answered, waits = (shop.book(world.person(), evening(days)) for days in (3, 4))
    pipeline.run()
    assert vendors.stub.to(phone) == []
    act(partner, answered, "confirm")
    pipeline.end_pauses(partner)
    pipeline.run()
    [sms] = vendors.stub.to(phone)
    assert waits["bookingNumber"] in sms.text


def test_the_data_of_a_notice_name_no_user(cast: Cast) -> None:
    info = {"name": "Unmistakable Name", "phone": "+919876501234"}
    cast.shop().book(cast.customer, customerInfo=info, notes="an unmistakable note")
    shown = str(notices(cast.partner)) + str(notices(cast.customer))
    for secret in (*info.values(), "unmistakable note", cast.customer.user["email"]):
        assert secret not in shown


def test_samples_have_every_value_of_the_texts() -> None:
    assert len({type_.name for type_ in NOTIFICATION_TYPES}) == 12
    urgent = {type_.name for type_ in NOTIFICATION_TYPES if type_.urgent}
    assert urgent == {"booking_requested", "booking_offered"}

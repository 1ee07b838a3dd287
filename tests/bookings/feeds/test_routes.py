"""The feed behind its secret address, and one booking as a file: over HTTP."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import icalendar
import pytest
import requests
from sqlalchemy import text

from metaia.bookings.feeds import calendars, queries
from metaia.core import db, logs
from metaia.core.observing import exceptions
from metaia.core.times import now
from tests.bookings.conftest import Cast
from tests.bookings.feeds.test_calendars import require_strict
from tests.support.bookings import Shop, act, at, change_row, shift
from tests.support.people import PASSWORD, Person, World


def subscribe(person: Person) -> str:
    """Return the path of a new feed."""
    answer = person.post("/api/bookings/calendar-feed")
    assert answer.status_code == 201, answer.text
    return urlsplit(answer.json()["data"]["url"]).path


def fetch(world: World, path: str, etag: str | None = None) -> requests.Response:
    return world.call("GET", path, headers={"If-None-Match": etag} if etag else {})


def events(answer: requests.Response) -> dict[str, Any]:
    """Return the events of a feed by the id of their booking."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    require_strict(answer.content)
    found: Any = icalendar.Calendar.from_ical(answer.content)
    return {str(event["UID"]).partition("@")[0]: event for event in found.walk("VEVENT")}


def test_a_feed_follows_its_bookings(world: World, cast: Cast) -> None:
    shop = cast.shop(zone="Europe/Paris", locked_until_minutes=0)
    path = subscribe(cast.customer)
    assert events(fetch(world, path)) == {}
    booking = shop.book(cast.customer, at(3))
    first = events(fetch(world, path))[booking["id"]]
    moved = act(cast.customer, booking, "move", startsAt=at(4).isoformat())
    second = events(fetch(world, path))[booking["id"]]
    act(cast.customer, moved, "cancel")
    third = events(fetch(world, path))[booking["id"]]
    assert [event["SEQUENCE"] for event in (first, second, third)] == [0, 1, 2]
    assert [event.start for event in (first, second, third)] == [at(3), at(4), at(4)]
    assert [str(event["STATUS"]) for event in (first, second, third)] == [
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
    ]
    assert first["DTSTART"].params["TZID"] == "Europe/Paris"
    partner = subscribe(cast.partner)
    assert events(fetch(world, partner)).keys() == {booking["id"]}
    assert events(fetch(world, subscribe(cast.other))) == {}


def test_a_feed_without_changes_is_not_sent_again(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, path = cast.shop(), subscribe(cast.customer)
    shop.book(cast.customer, at(3))
    etag = fetch(world, path).headers["ETag"]

    def never(*_: Any, **__: Any) -> bytes:
        raise AssertionError("the feed was made")

    with monkeypatch.context() as patch:
        patch.setattr(calendars, "document", never)
        again = fetch(world, path, etag)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    shop.book(cast.customer, at(4))
    assert fetch(world, path, etag).status_code == 200


def test_a_change_that_is_committed_late_changes_the_feed(world: World, cast: Cast) -> None:
    shop, path = cast.shop(), subscribe(cast.customer)
    booking = shop.book(cast.customer, at(3))
    shop.book(cast.customer, at(4))
    etag = fetch(world, path).headers["ETag"]
    change_row(booking, version=booking["version"] + 1)  # its time of change is before that of the other one
    assert fetch(world, path, etag).status_code == 200


@pytest.mark.parametrize(
    ("days", "status", "changed", "shown"),
    [
        (-29, "completed", 0, True),
        (-32, "completed", 0, False),
        (364, "confirmed", 0, True),
        (367, "confirmed", 0, False),
        (3, "cancelled", 29, True),
        (3, "cancelled", 32, False),
    ],
)
def test_a_feed_has_a_span(
    world: World, cast: Cast, days: int, status: str, changed: int, shown: bool
) -> None:
    booking = cast.shop().book(cast.customer, at(3))
    if days != 3:
        shift(booking, at(days))
        change_row(booking, local_start=f"{at(days):%Y-%m-%dT%H:%M}")
    if status == "cancelled":
        act(cast.customer, booking, "cancel")
    else:
        change_row(booking, status=status)
    change_row(booking, updated_at=now() - timedelta(days=changed))
    assert (booking["id"] in events(fetch(world, subscribe(cast.customer)))) is shown


def test_a_feed_of_too_many_bookings_has_the_coming_ones_and_then_the_nearest_past_ones(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, path = cast.shop(), subscribe(cast.customer)
    booked = {days: shop.book(cast.customer, at(abs(days))) for days in (-20, -5, -1, 3, 40)}
    for days, booking in booked.items():
        if days < 0:
            shift(booking, at(days))
            change_row(booking, status="completed", local_start=f"{at(days):%Y-%m-%dT%H:%M}")
    for most, shown in ((1, [3]), (2, [3, 40]), (4, [-5, -1, 3, 40])):
        monkeypatch.setattr(queries, "MAX_EVENTS", most)
        assert [*events(fetch(world, path))] == [booked[days]["id"] for days in shown]


def test_an_address_is_stored_as_a_hash_and_replaced_by_the_next(world: World, cast: Cast) -> None:
    first = subscribe(cast.customer)
    second = subscribe(cast.customer)
    token = second.removeprefix("/calendar/").removesuffix(".ics")
    query = text("SELECT token_hash, read_at FROM calendar_feeds WHERE user_id = :id")
    row = db.fetch_all(query, {"id": cast.customer.id})[0]
    assert (bytes(row.token_hash), row.read_at) == (hashlib.sha256(token.encode()).digest(), None)
    assert fetch(world, first).status_code == 404
    assert fetch(world, second).status_code == 200
    assert db.fetch_all(query, {"id": cast.customer.id})[0].read_at is not None
    assert cast.customer.delete("/api/bookings/calendar-feed").status_code == 200
    assert fetch(world, second).status_code == 404
    assert cast.customer.delete("/api/bookings/calendar-feed").status_code == 404


def test_a_new_password_ends_a_feed(world: World, cast: Cast) -> None:
    path, other = subscribe(cast.customer), subscribe(cast.other)
    body = {"currentPassword": PASSWORD, "newPassword": "another-long-password"}
    answer = cast.customer.post("/api/auth/change-password", body)
    assert answer.status_code == 200, answer.text
    assert fetch(world, path).status_code == 404
    assert fetch(world, other).status_code == 200


@pytest.mark.parametrize("name", ["x", "x" * 2_000, "..%2f..%2fetc%2fpasswd", "%00", "a.ics", "ü"])
def test_an_unknown_address_is_not_found(world: World, name: str) -> None:
    answer = world.http.get(f"{world.url}/calendar/{name}.ics", timeout=10)
    assert answer.status_code in {400, 404, 414}, answer.text


@pytest.fixture
def lines(app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        logs.setup(as_json=True)
    yield stream
    logs.setup(as_json=app.config["LOG_JSON"], observe=exceptions.observe)


def test_logs_do_not_have_the_address(world: World, cast: Cast, lines: io.StringIO) -> None:
    path = subscribe(cast.customer)
    assert fetch(world, path).status_code == 200
    assert fetch(world, path.replace("/calendar/", "/calendar/wrong")).status_code == 404
    paths = [json.loads(line).get("path") for line in lines.getvalue().splitlines()]
    assert paths.count("/calendar/[redacted]") == 2
    assert path.removeprefix("/calendar/").removesuffix(".ics") not in lines.getvalue()


def test_one_booking_is_a_file_for_its_people(world: World, cast: Cast) -> None:
    booking = cast.shop().book(cast.customer, at(3))
    path = f"/api/bookings/{booking['id']}.ics"
    for person in (cast.customer, cast.partner, cast.support):
        answer = person.get(path)
        assert events(answer).keys() == {booking["id"]}
        assert (
            answer.headers["Content-Disposition"] == f'attachment; filename="{booking["bookingNumber"]}.ics"'
        )
        assert person.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    for person in (cast.other, cast.foreign_partner):
        assert person.get(path).status_code == 403
    assert world.call("GET", path).status_code == 401


def test_a_feed_has_no_personal_data(world: World, cast: Cast) -> None:
    info = {"name": "Unmistakable Name", "phone": "+919876501234"}
    shop: Shop = cast.shop()
    shop.book(cast.customer, at(3), customerInfo=info, notes="an unmistakable note")
    content = fetch(world, subscribe(cast.partner)).text
    for secret in (*info.values(), "unmistakable note", cast.customer.user["email"]):
        assert secret not in content

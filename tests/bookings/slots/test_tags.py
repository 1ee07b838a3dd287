"""The entity tag of free times: it changes with the answer, and what has not changed is answered by one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import gevent
import pytest
import requests

from metaia.bookings import jobs
from metaia.bookings.slots import listing, queries, request
from metaia.bookings.slots.queries import Versions, versions
from metaia.core import times
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from tests.bookings.conftest import Cast
from tests.support.bookings import ALWAYS, Shop, act, at, change_row, pay

DAY = timedelta(days=1)


class Reader:
    """A client that keeps the answer about a shop's services with its tag, and asks whether it has changed."""

    def __init__(self, shop: Shop, **query: str) -> None:
        self._world, self.query = shop.partner.world, {"partnerId": shop.partner.id} | query
        self.tag = ""
        self.body: Json = {}
        self.ask()

    def get(self, tag: str | None = None, **query: str) -> requests.Response:
        """Ask for the day of the bookings, and for the days to which they move."""
        days = {"from": at().date().isoformat(), "to": (at() + 3 * DAY).date().isoformat()}
        given = {name: value for name, value in (days | self.query | query).items() if value}
        path = "/api/bookings/slots?" + "&".join(f"{name}={value}" for name, value in given.items())
        return self._world.call("GET", path, headers={"If-None-Match": tag} if tag else {})

    def ask(self) -> None:
        """Read the answer."""
        answer = self.get()
        assert answer.status_code == 200, answer.text
        self.tag, self.body = answer.headers["ETag"], shown(answer)

    def require_unchanged(self) -> None:
        """The answer is still the one that was read."""
        answer = self.get(self.tag)
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", self.tag)

    def require_changed(self) -> None:
        """The answer is another one, and it was not read by its old tag."""
        answer = self.get(self.tag)
        assert answer.status_code == 200
        assert answer.headers["ETag"] != self.tag
        assert shown(answer) != self.body
        self.tag, self.body = answer.headers["ETag"], shown(answer)
        self.require_unchanged()


def shown(answer: requests.Response) -> Json:
    """Return what free times are shown."""
    found: Json = answer.json()["data"]["slots"]
    return found


@pytest.fixture(autouse=True)
def minute(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Stop the clock of free times, so that no tag changes by the minute; a call sets it."""
    moment = [now()]
    monkeypatch.setattr(request, "now", lambda: moment[0])
    return lambda value: moment.__setitem__(0, value)


def _move(cast: Cast, shop: Shop, booking: Json) -> None:
    act(cast.customer, booking, "move", startsAt=at(hour=15).isoformat())


def _propose(cast: Cast, shop: Shop, booking: Json) -> None:
    act(cast.partner, booking, "move", startsAt=at(hour=15).isoformat())


def _decline(cast: Cast, shop: Shop, booking: Json) -> None:
    act(cast.customer, booking, "decline-move")


def _accept(cast: Cast, shop: Shop, booking: Json) -> None:
    act(cast.customer, booking, "accept-move")


def _cancel(cast: Cast, shop: Shop, booking: Json) -> None:
    act(cast.partner, booking, "cancel")


def _expire(cast: Cast, shop: Shop, booking: Json) -> None:
    change_row(booking, held_until=now() - DAY)
    jobs.end_overdue()


def _late(cast: Cast, shop: Shop, booking: Json) -> None:
    pay(booking)


CHAINS: dict[str, tuple[Json, tuple[Callable[[Cast, Shop, Json], None], ...]]] = {
    "booking, move, cancellation": ({}, (_move, _cancel)),
    "proposals": ({}, (_propose, _decline, _propose, _accept)),
    "request": ({"confirmation": "request"}, (_move, _cancel)),
    "seats of a session": ({"capacity": 3}, (_move, _cancel)),
    "hold that ends, and its late payment": ({"payment": "full"}, (_expire, _late, _cancel)),
}


@pytest.mark.parametrize("name", CHAINS)
def test_each_step_of_a_booking_changes_the_tag(cast: Cast, name: str) -> None:
    given, steps = CHAINS[name]
    shop = cast.shop(**given)
    reader = Reader(shop)
    reader.require_unchanged()
    booking = shop.book(cast.customer, at(hour=10))
    reader.require_changed()
    for step in steps:
        step(cast, shop, booking)
        reader.require_changed()


def _changes(shop: Shop) -> dict[str, Callable[[], requests.Response]]:
    """Return changes of a partner by name, in the order in which they are made."""
    partner, calendar, service = shop.partner, shop.calendar_ids[0], f"/api/services/{shop.service_id}"
    weekly, exceptions = "/api/availability/weekly", "/api/availability/exceptions"
    day, own = at().date().isoformat(), {"calendarId": calendar}
    week = {each: [{"from": "09:00", "to": "18:00"}] for each in ALWAYS}
    hours, trim = [{"from": "09:00", "to": "10:30"}], {"name": "Trim", "durationMinutes": 30, "price": 1}
    return {
        "exception": lambda: partner.put(exceptions, own | {"from": day, "hours": hours}),
        "its end": lambda: partner.delete(f"{exceptions}/{day}?calendarId={calendar}"),
        "length": lambda: partner.patch(service, {"durationMinutes": 75}),
        "step": lambda: partner.patch(service, {"stepMinutes": 40}),
        "buffer": lambda: partner.patch(service, {"bufferBeforeMinutes": 45}),
        "capacity": lambda: partner.patch(service, {"capacity": 4}),
        "hours": lambda: partner.put(weekly, own | {"weekly": week}),
        "zone": lambda: partner.patch(f"/api/calendars/{calendar}", {"timeZone": "Asia/Kolkata"}),
        "no calendar": lambda: partner.patch(f"/api/calendars/{calendar}", {"active": False}),
        "a calendar": lambda: partner.patch(f"/api/calendars/{calendar}", {"active": True}),
        "another service": lambda: partner.post("/api/services", trim | {"calendarIds": [calendar]}),
        "notice": lambda: partner.patch(service, {"minNoticeMinutes": 8 * 24 * 60}),
        "advance": lambda: partner.patch(service, {"maxAdvanceDays": 9}),
        "no service": lambda: partner.delete(service),
    }


def test_each_change_of_hours_and_services_changes_the_tag(cast: Cast) -> None:
    shop = cast.shop()
    shop.book(cast.customer, at(hour=10))  # so that buffers matter
    reader = Reader(shop)
    for name, change in _changes(shop).items():
        answer = change()
        assert answer.ok, (name, answer.text)
        changed = reader.get(reader.tag)
        assert changed.status_code == 200, name
        assert changed.headers["ETag"] != reader.tag, name
        assert shown(changed) != reader.body, name
        reader.tag, reader.body = changed.headers["ETag"], shown(changed)


def test_a_time_that_passes_its_notice_changes_the_tag(
    cast: Cast, minute: Callable[[datetime], None]
) -> None:
    shop = cast.shop(min_notice_minutes=180)
    minute(at(hour=7))
    reader = Reader(shop)
    assert (
        f"{at(hour=10).isoformat()}" in reader.body[shop.service_id][at().date().isoformat()][0]["startsAt"]
    )
    minute(at(hour=7) + timedelta(seconds=59))
    reader.require_unchanged()
    minute(at(hour=7, minute=1))
    reader.require_changed()


def test_other_zone_data_change_the_tag(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(cast.shop())
    monkeypatch.setattr(times, "ZONE_DATA", "1970a")
    assert reader.get(reader.tag).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"seats": "2"},
        {"format": "starts"},
        {"timeZone": "Asia/Kolkata"},
        {"to": at().date().isoformat()},
        {"serviceId": "another"},
        {"calendarId": "another"},
    ],
    ids=lambda query: next(iter(query)),
)
def test_each_part_of_a_request_changes_the_tag(cast: Cast, query: dict[str, str]) -> None:
    shop = cast.shop(calendars=2, capacity=2)
    ids = {"serviceId": shop.another_service().service_id, "calendarId": shop.calendar_ids[1]}
    given = {name: ids.get(name, value) for name, value in query.items()}
    reader, other = Reader(shop), Reader(shop, **given)
    for asked in (reader, other):
        asked.require_unchanged()
    assert reader.tag != other.tag
    assert other.get(reader.tag).status_code == 200


def test_the_tag_of_a_part_is_not_that_of_more_than_there_is(cast: Cast) -> None:
    shop = cast.shop()
    reader = Reader(shop, partnerId="", serviceId=shop.service_id)
    assert reader.get(reader.tag, serviceId=f"{shop.service_id},{new_id()}").status_code == 404
    assert shop.partner.patch(f"/api/calendars/{shop.calendar_ids[0]}", {"active": False}).ok
    assert reader.get(reader.tag, calendarId=shop.calendar_ids[0]).status_code == 404


def test_a_booking_that_moves_has_tags_for_its_parties_only(cast: Cast) -> None:
    shop = cast.shop()
    booking = shop.book(cast.customer, at(hour=10))
    path = f"/api/bookings/slots?serviceId={shop.service_id}&bookingId={booking['id']}" + "".join(
        f"&{name}={at().date()}" for name in ("from", "to")
    )
    tag = cast.customer.get(path).headers["ETag"]
    assert cast.customer.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert cast.other.get(path, headers={"If-None-Match": tag}).status_code == 403
    _move(cast, shop, booking)
    assert cast.customer.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_what_has_not_changed_is_answered_from_versions_only(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = cast.shop(calendars=2)
    reader, read = Reader(shop), list[object]()

    def counted(filters: Mapping[str, str]) -> Versions:
        read.append(filters)
        return versions(filters)

    monkeypatch.setattr(queries, "versions", counted)
    monkeypatch.delattr(request, "read")
    reader.require_unchanged()
    assert len(read) == 1
    kept = reader.get()  # the answer is still in memory
    assert (kept.headers["ETag"], shown(kept)) == (reader.tag, reader.body)


def test_an_answer_has_the_tag_of_what_was_read_for_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A booking is made between the statement of the tag and the others."""
    shop = cast.shop()
    read = request.read

    def late(question: request.Question) -> request.Asked:
        monkeypatch.setattr(request, "read", read)
        shop.book(cast.customer, at(hour=10))
        return read(question)

    monkeypatch.setattr(request, "read", late)
    reader = Reader(shop)
    reader.require_unchanged()
    assert at(hour=10).isoformat() not in str(reader.body)


def test_large_answers_are_computed_in_turns(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    turns, sleep = list[float](), gevent.sleep

    def observed(seconds: float = 0, ref: bool = True) -> None:
        turns.extend([seconds] * (seconds == listing.PAUSE))
        sleep(seconds, ref)

    monkeypatch.setattr(gevent, "sleep", observed)
    monkeypatch.setattr(listing, "MANY", 100)
    shop = cast.shop(step_minutes=5, capacity=2)
    whole = Reader(shop)
    found = sum(len(day) for dates in whole.body.values() for day in dates.values())
    assert len(turns) > found / 300 > 3

"""The effect of preferences, on the real path from `notify` to the provider."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.notifications import service
from metaia.notifications.content import templates
from metaia.notifications.registry import (
    EMAIL,
    IN_APP,
    NOTIFICATION_TYPES,
    PUSH,
    SECURITY,
    SMS,
    NotificationType,
)
from metaia.providers.messaging.failover import ProviderFailover
from metaia.providers.messaging.interface import Sent
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline

QUEUE = f"w{uuid.uuid4().hex[:9]}"
ALL = (IN_APP, EMAIL, SMS, PUSH)


def type_(
    name: str, category: str, channels: tuple[str, ...] = (IN_APP, EMAIL), **options: Any
) -> NotificationType:
    """Return a type on the queue of these tests."""
    return NotificationType(name, category, channels, queue=QUEUE, **options)  # type: ignore[arg-type]


NEWS = type_("wish_news", "wish", ALL, may_wait=True)
BRISK = type_("wish_brisk", "wish")
URGENT = type_("wish_urgent", "wish", urgent=True, fallback=(SMS, 120))
LIMITED = type_("wish_limited", "wish", throttle=(2, 3600))
OTHER = type_("wish_other", "wish_other", may_wait=True)
LOGIN = type_("wish_login", SECURITY)
TYPES = (NEWS, OTHER, BRISK, URGENT, LIMITED, LOGIN)
KOLKATA = ZoneInfo("Asia/Kolkata")  # an offset of half an hour, and no server runs there


class Recorder:
    """A provider that accepts all messages."""

    kinds: tuple[str, ...] = ("fcm", "webpush", "expo")

    def __init__(self, channel: str) -> None:
        self.name, self.channel = f"recorder-{channel}", channel
        self.taken: list[Any] = []

    def send(self, message: Any) -> Sent:
        self.taken.append(message)
        return Sent(None, "taken")

    def close(self) -> None:
        """Do nothing: no connection is open."""


class Way(Pipeline):
    """The pipeline for the notification types of these tests, and the messages that it sent."""

    def __init__(self) -> None:
        self.recorders = {channel: Recorder(channel) for channel in (EMAIL, SMS, PUSH)}
        super().__init__(QUEUE, ProviderFailover(list(self.recorders.values())))

    def taken(self, channel: str) -> list[Any]:
        return self.recorders[channel].taken

    def told(
        self,
        person: Person,
        notified: NotificationType,
        *channels: str,
        expires_at: datetime | None = None,
    ) -> list[tuple[str, str | None]]:
        """Notify a person; return (status, reason) of the deliveries, in the order of the channels."""
        before = {row.id for row in self.deliveries(person)}
        with db.transaction():
            service.notify(person.id, notified.name, {}, expires_at=expires_at)
        self.run()
        new = [row for row in self.deliveries(person, *channels) if row.id not in before]
        return [(row.status, row.reason) for row in new]


@pytest.fixture(scope="module", autouse=True)
def _types(app: Flask, server: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder: Path = tmp_path_factory.mktemp("words")
    kinds = (
        *(each.name for each in TYPES),
        "category_wish",
        "category_wish_other",
        "category_security",
    )
    words = (
        f"{{% block {kind}__{part} %}}{kind}{{% endblock %}}"
        for kind in kinds
        for part in ("title", "message")
    )
    (folder / "en.jinja").write_text("\n".join(words))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(templates.TEMPLATE_FOLDERS.of(app), folder, None)
        for each in TYPES:
            patch.setitem(NOTIFICATION_TYPES.of(app), each.name, each)
        yield


@pytest.fixture
def way(app: Flask) -> Way:
    return Way()


@pytest.fixture
def person(world: World) -> Person:
    """Give a person with a telephone and a device."""
    somebody = world.person(phone="+919812345678")
    assert somebody.post("/api/notifications/devices", {"kind": "fcm", "token": f"fcm:{new_id()}"}).ok
    return somebody


def wish(person: Person, **wishes: Any) -> None:
    answer = person.patch("/api/notifications/preferences", wishes)
    assert answer.status_code == 200, answer.text


def live_in(person: Person, zone: ZoneInfo) -> None:
    with db.transaction():
        query = text("UPDATE users SET time_zone = :zone WHERE id = :id")
        db.execute(query, {"zone": zone.key, "id": person.id})


def around(moment: datetime, zone: ZoneInfo, before: int, after: int) -> dict[str, str]:
    """Return quiet hours from so many minutes before a moment to so many after it, as local times in a zone."""
    begin, end = (moment.astimezone(zone) + timedelta(minutes=minutes) for minutes in (-before, after))
    return {"from": f"{begin:%H:%M}", "until": f"{end:%H:%M}"}


def test_who_wishes_nothing_gets_everything_at_once(way: Way, person: Person) -> None:
    assert way.told(person, NEWS) == [("sent", None)] * 3
    assert [len(way.taken(channel)) for channel in (EMAIL, SMS, PUSH)] == [1, 1, 1]


def test_a_channel_that_is_off_is_off_for_its_category_only(way: Way, person: Person) -> None:
    wish(person, off={"wish": ["sms", "push"]})
    assert way.told(person, NEWS) == [
        ("sent", None),
        ("suppressed", "preference"),
        ("suppressed", "preference"),
    ]
    assert way.told(person, LOGIN) == [("sent", None)]


def test_off_is_off_for_what_is_urgent_too(way: Way, person: Person) -> None:
    wish(person, off={"wish": ["email"]})
    assert way.told(person, URGENT, EMAIL) == [("suppressed", "preference")]


def test_muted_means_all_but_what_is_urgent_or_about_security(way: Way, person: Person) -> None:
    wish(person, muted=True)
    assert way.told(person, BRISK) == [("suppressed", "muted")]
    assert way.told(person, URGENT, EMAIL) == [("sent", None)]
    assert way.told(person, LOGIN) == [("sent", None)]


def test_in_the_app_everything_is_there_whatever_one_wishes(way: Way, person: Person) -> None:
    wish(person, muted=True, off={"wish": ["email", "sms", "push"]})
    way.told(person, NEWS)
    [note] = person.get("/api/notifications").json()["data"]["notifications"]
    assert note["type"] == NEWS.name


def test_what_comes_too_often_goes_out_only_as_often_as_it_may(way: Way, person: Person) -> None:
    told = [way.told(person, LIMITED)[0] for _ in range(4)]
    assert told == [("sent", None)] * 2 + [("suppressed", "throttle")] * 2
    with db.transaction():
        past = "UPDATE notifications SET created_at = created_at - interval '59 minutes' WHERE user_id = :id"
        db.execute(text(past), {"id": person.id})
    assert way.told(person, LIMITED) == [("suppressed", "throttle")]
    with db.transaction():
        db.execute(text(past.replace("59", "2")), {"id": person.id})
    assert way.told(person, LIMITED) == [("sent", None)], "throttled ones do not count"


def test_many_that_are_planned_together_are_throttled_too(way: Way, person: Person) -> None:
    for _ in range(5):
        with db.transaction():
            service.notify(person.id, LIMITED.name, {})
    way.run()
    assert [row.reason for row in way.deliveries(person)] == [None] * 2 + ["throttle"] * 3


def test_deleting_notifications_does_not_let_more_out(way: Way, person: Person) -> None:
    for _ in range(2):
        way.told(person, LIMITED)
    for note in person.get("/api/notifications").json()["data"]["notifications"]:
        person.delete(f"/api/notifications/{note['id']}")
    assert way.told(person, LIMITED) == [("suppressed", "throttle")]


def test_quiet_hours_are_those_of_the_clock_where_one_lives(way: Way, person: Person) -> None:
    moment = now()
    live_in(person, KOLKATA)
    wish(person, quietHours=around(moment, KOLKATA, 60, 180))
    assert way.told(person, BRISK) == [("queued", "quiet_hours")]
    row = way.only(person, EMAIL)
    assert f"{row.due_at.astimezone(KOLKATA):%H:%M}" == around(moment, KOLKATA, 60, 180)["until"]
    assert way.taken(EMAIL) == []
    assert way.told(person, LOGIN) == [("sent", None)]
    wish(person, quietHours=around(moment, ZoneInfo("UTC"), 60, 180))
    assert way.told(person, BRISK) == [("sent", None)], (
        "quiet hours do not apply there, five and a half hours later"
    )


def test_what_waited_for_the_morning_comes_in_the_morning(way: Way, person: Person) -> None:
    wish(person, quietHours=around(now(), ZoneInfo("UTC"), 60, 180))
    way.told(person, BRISK)
    wish(person, quietHours=around(now(), ZoneInfo("UTC"), 180, -60))  # the quiet hours are over
    way.end_pauses(person)
    way.run()
    assert len(way.taken(EMAIL)) == 1
    assert way.only(person, EMAIL).status == "sent"


def test_who_moves_to_another_zone_sleeps_by_its_clock(way: Way, person: Person) -> None:
    wish(person, quietHours=around(now(), ZoneInfo("UTC"), 60, 180))
    way.told(person, BRISK)
    live_in(person, KOLKATA)
    wish(person, quietHours=around(now(), KOLKATA, 60, 240))
    way.end_pauses(person)
    way.run()
    row = way.only(person, EMAIL)
    assert (row.status, row.reason) == ("queued", "quiet_hours")
    assert row.due_at > now() + timedelta(minutes=200)


def test_a_message_that_quiet_hours_would_make_late_is_suppressed(way: Way, person: Person) -> None:
    wish(person, quietHours=around(now(), ZoneInfo("UTC"), 60, 180))
    assert way.told(person, BRISK, expires_at=now() + timedelta(hours=1)) == [("suppressed", "too_late")]
    assert way.told(person, BRISK, expires_at=now() + timedelta(hours=4)) == [("queued", "quiet_hours")]
    assert way.taken(EMAIL) == []
    notes = person.get("/api/notifications").json()["data"]["notifications"]
    assert [note["type"] for note in notes] == [BRISK.name] * 2, "the app shows it"


def test_quiet_hours_that_grow_make_a_waiting_message_late(way: Way, person: Person) -> None:
    wish(person, quietHours=around(now(), ZoneInfo("UTC"), 60, 60))
    way.told(person, BRISK, expires_at=now() + timedelta(hours=2))
    wish(person, quietHours=around(now(), ZoneInfo("UTC"), 60, 240))
    way.end_pauses(person)
    way.run()
    row = way.only(person, EMAIL)
    assert (row.status, row.reason) == ("suppressed", "too_late")


def test_a_message_that_waited_too_long_is_not_sent(way: Way, person: Person) -> None:
    with db.transaction():
        service.notify(person.id, BRISK.name, {}, expires_at=now() + timedelta(minutes=5))
    way.plan()
    with db.transaction():
        past = "UPDATE notifications SET expires_at = now() WHERE user_id = :id"
        db.execute(text(past), {"id": person.id})
    way.run()
    row = way.only(person, EMAIL)
    assert (row.status, row.reason) == ("suppressed", "too_late")
    assert [step["reason"] for step in row.steps] == ["too_late"]
    assert way.taken(EMAIL) == []


def test_a_fallback_after_the_end_of_its_notification_is_suppressed(way: Way, person: Person) -> None:
    told = way.told(person, URGENT, expires_at=now() + timedelta(seconds=60))
    assert told == [("sent", None), ("suppressed", "too_late")]


@pytest.mark.parametrize(("every", "most"), [("hourly", timedelta(hours=1)), ("daily", timedelta(hours=24))])
def test_a_digest_leaves_by_the_clock_where_one_lives(
    way: Way, person: Person, every: str, most: timedelta
) -> None:
    live_in(person, KOLKATA)
    wish(person, digest={"wish": every})
    moment = now()
    assert way.told(person, NEWS) == [("queued", "digest")] * 3
    assert way.told(person, NEWS) == [("queued", "digest")] * 3
    assert way.told(person, BRISK) == [("sent", None)], "a type that may not wait is sent at once"
    due = {row.due_at for row in way.deliveries(person) if row.digest}
    [leaves] = due
    assert moment < leaves <= now() + most
    assert f"{leaves.astimezone(KOLKATA):%H:%M}".endswith(":00" if every == "hourly" else "08:00")
    for recorder in way.recorders.values():
        recorder.taken.clear()
    way.end_pauses(person)
    way.run()
    assert [len(way.taken(channel)) for channel in (EMAIL, SMS, PUSH)] == [1, 1, 1]


def test_a_digest_is_of_one_category_so_that_one_can_unsubscribe(way: Way, person: Person) -> None:
    wish(person, digest={"wish": "daily", "wish_other": "daily"}, off={"wish": ["sms", "push"]})
    for notice in (NEWS, OTHER, NEWS, OTHER):
        way.told(person, notice)
    way.end_pauses(person)
    way.run()
    first, second = (mail.headers["List-Unsubscribe"] for mail in way.taken(EMAIL))
    assert first != second


def test_a_digest_that_would_come_at_night_comes_in_the_morning(way: Way, person: Person) -> None:
    wish(person, digest={"wish": "hourly"}, quietHours=around(now(), ZoneInfo("UTC"), 60, 300))
    way.told(person, NEWS)
    assert {row.due_at > now() + timedelta(hours=4) for row in way.deliveries(person)} == {True}


def test_the_mailboxes_own_button_ends_the_mails_and_the_trace_says_so(
    way: Way, world: World, person: Person
) -> None:
    way.told(person, BRISK)
    [mail] = way.taken(EMAIL)
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = urlsplit(mail.headers["List-Unsubscribe"].strip("<>"))
    one_click = {"List-Unsubscribe": "One-Click"}
    assert world.call("POST", f"{address.path}?{address.query}", data=one_click).status_code == 200
    assert way.told(person, BRISK) == [("suppressed", "preference")]
    assert way.told(person, NEWS, SMS, PUSH) == [("sent", None)] * 2, "mails only"
    way.told(person, LOGIN)
    assert "List-Unsubscribe" not in way.taken(EMAIL)[-1].headers


def test_who_unsubscribes_before_the_digest_leaves_does_not_get_it(way: Way, person: Person) -> None:
    wish(person, digest={"wish": "daily"})
    way.told(person, NEWS)
    wish(person, off={"wish": ["email"]})
    way.end_pauses(person)
    way.run()
    assert [(row.status, row.reason) for row in way.deliveries(person)] == [
        ("suppressed", "preference"), ("sent", "digest"), ("sent", "digest"),
    ]  # fmt: skip


def test_what_is_not_seen_in_time_goes_out_on_another_channel(way: Way, person: Person) -> None:
    assert way.told(person, URGENT, SMS) == [("queued", "fallback")]
    assert way.only(person, SMS).due_at > now() + timedelta(seconds=100)
    way.end_pauses(person)
    way.run()
    assert len(way.taken(SMS)) == 1


@pytest.mark.parametrize("how", ["read", "click", "delete", "read-all"])
def test_what_was_seen_does_not(way: Way, person: Person, how: str) -> None:
    way.told(person, URGENT)
    [note] = person.get("/api/notifications").json()["data"]["notifications"]
    path = f"/api/notifications/{note['id']}"
    calls = {"delete": ("DELETE", path), "read-all": ("PUT", "/api/notifications/read-all")}
    assert person.call(*calls.get(how, ("PUT", f"{path}/{how}"))).ok
    way.end_pauses(person)
    way.run()
    assert way.taken(SMS) == []
    assert way.only(person, SMS).status == "cancelled"


def test_a_device_that_changed_hands_shows_nothing_of_its_former_user(
    way: Way, world: World, person: Person
) -> None:
    wish(person, quietHours=around(now(), ZoneInfo("UTC"), 60, 300))
    way.told(person, NEWS)
    query = text("SELECT token FROM devices WHERE user_id = :id")
    token = db.fetch_value(query, {"id": person.id})
    assert world.person().post("/api/notifications/devices", {"kind": "fcm", "token": token}).ok
    wish(person, quietHours=None)
    way.end_pauses(person)
    way.run()
    assert way.taken(PUSH) == []
    assert way.only(person, PUSH).reason == "no_device"
    assert len(way.taken(SMS)) == 1


def test_a_person_whose_time_zone_nobody_knows_any_more_is_told_by_utc(way: Way, person: Person) -> None:
    """Otherwise one row would block the notifications of all users."""
    with db.transaction():
        db.execute(text("UPDATE users SET time_zone = 'Mars/Olympus' WHERE id = :id"), {"id": person.id})
    wish(person, quietHours=around(now(), ZoneInfo("UTC"), 60, 60))
    assert way.told(person, BRISK) == [("queued", "quiet_hours")]

"""How announcements reach clients: live, after an absence, at a start, in their language, and as notifications."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now, rfc3339
from metaia.notifications.announcements import jobs, retention, service, storing
from tests.support.announcements import PATH, TEXTS, announced, shown_to, speaking
from tests.support.people import Person, World
from tests.support.plain_clients import stream
from tests.support.waiting import send_numbered, until

EVENT = "system:notification"


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff()


@pytest.fixture
def chief(world: World) -> Person:
    return world.staff("super_admin")


def set_times(announcement_id: str, **minutes: float) -> None:
    """Move times of an announcement to so many minutes from now."""
    changes = ", ".join(f"{name} = now() + make_interval(secs => :{name})" for name in minutes)
    values = {name: 60 * value for name, value in minutes.items()} | {"id": announcement_id}
    with db.transaction():
        db.execute(text(f"UPDATE announcements SET {changes} WHERE id = :id"), values)


def test_everyone_gets_it_once_on_each_transport(chief: Person, world: World) -> None:
    person, courier = world.person(), world.person("delivery")
    screen, other = person.socket(), courier.socket()
    with stream(person, {}) as events:
        assert next(events)["event"] == "sync"
        made = announced(chief, audience={"everyone": True})
        plain = next(events)
    received = [screen.wait(EVENT)[0], other.wait(EVENT)[0], plain["data"]]
    assert [each["id"] for each in received] == [made["id"]] * 3
    assert plain["event"] == EVENT
    assert made["recipients"] > 2
    chief.post(f"{PATH}/{made['id']}/revoke", {})
    for client in (screen, other):
        assert [each["revoked"] for each in client.wait(EVENT, 2)] == [False, True]


def test_a_client_that_was_away_gets_it_by_its_cursor(admin: Person, world: World) -> None:
    person, stranger = world.person("vendor"), world.person("customer")
    cursors = []
    for each in (person, stranger):
        screen = each.socket()
        cursors.append(screen.wait("sync")[0]["cursor"])
        screen.close()
    made = announced(admin, audience={"roles": ["vendor"]})
    assert [each["id"] for each in person.socket(cursor=cursors[0]).of(EVENT)] == [made["id"]]
    assert stranger.socket(cursor=cursors[1]).of(EVENT) == []
    page = person.get("/api/sync", params={"cursor": cursors[0]}).json()["data"]["events"]
    assert [each["data"]["id"] for each in page if each["type"] == EVENT] == [made["id"]]
    assert (shown_to(person), shown_to(stranger)) == ([made["id"]], [])
    admin.post(f"{PATH}/{made['id']}/revoke", {})


def test_each_viewer_reads_the_own_language(admin: Person, world: World) -> None:
    english, hindi, french = (speaking(world, locale) for locale in ("en-GB", "hi-IN", "fr"))
    screens = [each.socket() for each in (english, hindi, french)]
    announced(admin, english, hindi, french)
    assert [screen.wait(EVENT)[0]["locale"] for screen in screens] == ["en", "hi", "en"]
    assert screens[1].of(EVENT)[0]["title"] == TEXTS["hi"]["title"]
    assert "content" not in screens[1].of(EVENT)[0]
    [shown] = hindi.get("/api/announcements").json()["data"]["announcements"]
    assert {**shown, "eventId": 0, "cursor": 0} == {**screens[1].of(EVENT)[0], "eventId": 0, "cursor": 0}


def test_one_row_of_the_log_reaches_all_users_of_an_audience(admin: Person, world: World) -> None:
    people = [world.person() for _ in range(3)]
    made = announced(admin, *people)
    screen = people[0].socket()
    send_numbered(people[0], 1)
    screen.wait("new_notification")
    counted = text("SELECT count(*) FROM event_log WHERE subject = :subject")
    assert db.fetch_value(counted, {"subject": f"announcement-{made['id']}"}) == 1


def test_a_scheduled_one_starts_by_a_job(admin: Person, world: World) -> None:
    person = world.person()
    screen = person.socket()
    made = announced(admin, person, startsAt=rfc3339(now() + timedelta(minutes=30)))
    assert (made["status"], shown_to(person)) == ("scheduled", [])
    set_times(made["id"], starts_at=-1)
    assert jobs._to_start() == 1
    assert service.start_due()
    assert screen.wait(EVENT)[0]["id"] == made["id"]
    assert not service.start_due()
    assert shown_to(person) == [made["id"]]


def test_a_scheduled_one_that_is_revoked_is_never_sent(admin: Person, world: World) -> None:
    person = world.person()
    screen = person.socket()
    made = announced(admin, person, startsAt=rfc3339(now() + timedelta(minutes=30)))
    admin.post(f"{PATH}/{made['id']}/revoke", {})
    set_times(made["id"], starts_at=-1)
    assert not service.start_due()
    send_numbered(person, 1)
    screen.wait("new_notification")
    assert screen.of(EVENT) == []


def test_it_ends_by_itself(admin: Person, world: World) -> None:
    person = world.person()
    made = announced(admin, person)
    set_times(made["id"], ends_at=-1)
    assert shown_to(person) == []
    [listed] = [
        each
        for each in admin.get(f"{PATH}?status=ended&limit=100").json()["data"]["announcements"]
        if each["id"] == made["id"]
    ]
    assert listed["status"] == "ended"


def test_a_stored_one_gives_each_user_one_notification(
    admin: Person, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "BATCH", 2)
    monkeypatch.setattr(storing, "PAUSE", timedelta(0))
    people = [speaking(world, locale) for locale in ("en", "hi-IN", "fr")]
    screen = people[1].socket()
    made = announced(admin, *people, store=True, link="/orders")
    until(lambda: not storing.store_next() and not jobs._to_store())
    note = screen.wait("new_notification")[0]
    assert (note["type"], note["title"]) == ("announcement", TEXTS["hi"]["title"])
    for person in people:
        [shown] = person.get("/api/notifications").json()["data"]["notifications"]
        assert shown["data"] == {"announcementId": made["id"], "level": "info", "link": "/orders"}
    listed = admin.get(f"{PATH}?limit=100").json()["data"]["announcements"]
    assert next(each for each in listed if each["id"] == made["id"])["stored"] == 3


def test_code_announces_to_a_role_in_its_transaction(world: World) -> None:
    vendor = world.person("vendor")
    screen = vendor.socket()
    with db.transaction():
        made = service.send_to_role("vendor", TEXTS, ends_at=now() + timedelta(minutes=1), level="warning")
    assert screen.wait(EVENT)[0]["level"] == "warning"
    set_times(made.id, ends_at=-1)


def test_old_announcements_and_dismissals_are_deleted(admin: Person, world: World) -> None:
    person = world.person()
    made, kept = announced(admin, person), announced(admin, person)
    for each in (made, kept):
        person.put(f"/api/announcements/{each['id']}/dismiss")
    exported = person.get("/api/auth/export").json()["data"]["export"]["dismissedAnnouncements"]
    assert {each["announcementId"] for each in exported} == {made["id"], kept["id"]}
    set_times(made["id"], ends_at=-3 * 24 * 60, created_at=-3 * 24 * 60)
    set_times(kept["id"], ends_at=-2 * 24 * 60)
    assert retention.purge(1) >= 2
    ids = [each["id"] for each in admin.get(f"{PATH}?limit=100").json()["data"]["announcements"]]
    assert kept["id"] in ids
    assert made["id"] not in ids
    count = text("SELECT count(*) FROM announcement_dismissals WHERE user_id = :id")
    assert db.fetch_value(count, {"id": person.id}) == 0

"""Preferences in the API: read, changed, and refused if a choice is not available."""

from __future__ import annotations

from typing import Any

import gevent
import pytest
from sqlalchemy import text

from metaia.core import db
from tests.support.people import Person, World

Json = dict[str, Any]
PATH = "/api/notifications/preferences"
NIGHT = {"from": "22:00", "until": "07:30"}


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


def wanted(person: Person) -> Json:
    answer = person.get(PATH)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]["preferences"]
    assert answer.headers["ETag"] == f'"{found["version"]}"'
    return found


def change(person: Person, **changes: Any) -> Json:
    answer = person.patch(PATH, changes)
    assert answer.status_code == 200, answer.text
    changed: Json = answer.json()["data"]["preferences"]
    assert changed == wanted(person)
    return changed


def refused(person: Person, **changes: Any) -> set[str]:
    before = wanted(person)
    answer = person.patch(PATH, changes)
    assert answer.status_code == 422, answer.text
    assert wanted(person) == before
    return set(answer.json()["error"]["details"])


def audited(person: Person) -> list[Any]:
    query = text("SELECT * FROM audit_log WHERE subject = :subject AND action LIKE 'notif%' ORDER BY id")
    return db.fetch_all(query, {"subject": f"user-{person.id}"})


def test_who_has_chosen_nothing_wants_everything(person: Person) -> None:
    found = wanted(person)
    chosen = {key: value for key, value in found.items() if key not in {"categories", "channels"}}
    assert chosen == {
        "muted": False, "off": {}, "digest": {}, "quietHours": None, "timeZone": "UTC", "version": 1,
    }  # fmt: skip


def test_the_answer_says_what_there_is_to_choose_from(person: Person) -> None:
    found = wanted(person)
    order = next(category for category in found["categories"] if category["name"] == "order")
    assert order | {"title": "", "meaning": ""} == {
        "name": "order", "title": "", "meaning": "", "channels": ["email", "sms", "push"],
        "mayWait": True, "required": False,
    }  # fmt: skip
    assert [channel["name"] for channel in found["channels"]] == ["email", "sms", "push"]
    assert all(each["title"] and each["meaning"] for each in [*found["categories"], *found["channels"]])


def test_and_says_it_in_ones_own_language(person: Person) -> None:
    assert person.patch("/api/auth/me", {"locale": "hi", "expectedVersion": 1}).ok
    assert wanted(person)["channels"][0]["title"] == "ई-मेल"


def test_everything_can_be_chosen_at_once(person: Person) -> None:
    changed = change(
        person,
        muted=True,
        off={"order": ["sms", "email", "sms"]},
        digest={"order": "hourly"},
        quietHours=NIGHT,
    )
    assert (changed["muted"], changed["off"], changed["digest"]) == (
        True, {"order": ["email", "sms"]}, {"order": "hourly"},
    )  # fmt: skip
    assert (changed["quietHours"], changed["version"]) == (NIGHT, 2)


def test_what_is_left_out_stays_and_what_is_empty_is_taken_back(person: Person) -> None:
    change(person, off={"order": ["sms"]}, digest={"order": "daily"}, quietHours=NIGHT)
    assert change(person, muted=True)["off"] == {"order": ["sms"]}
    assert change(person, off={})["off"] == {"order": ["sms"]}
    assert change(person, off={"order": []})["off"] == {}
    assert change(person, digest={"order": None})["digest"] == {}
    changed = change(person, quietHours=None, muted=False)
    assert (changed["quietHours"], changed["muted"], changed["version"]) == (None, False, 6)


def test_what_changes_nothing_is_no_new_version(person: Person) -> None:
    assert change(person)["version"] == 1
    assert change(person, muted=False, off={"order": []}, quietHours=None)["version"] == 1
    assert audited(person) == []


def test_the_time_zone_is_that_of_the_account(person: Person) -> None:
    with db.transaction():
        db.execute(text("UPDATE users SET time_zone = 'Asia/Kolkata' WHERE id = :id"), {"id": person.id})
    assert wanted(person)["timeZone"] == "Asia/Kolkata"
    assert refused(person, timeZone="UTC") == {"timeZone"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"muted": "perhaps"}, "muted"),
        ({"muted": None}, "muted"),
        ({"off": ["order"]}, "off"),
        ({"off": None}, "off"),
        ({"off": {"order": "email"}}, "off.order.value"),
        ({"off": {"order": ["in_app"]}}, "off.order.value.0"),
        ({"off": {"order": ["pigeon"]}}, "off.order.value.0"),
        ({"off": {"order": [None]}}, "off.order.value.0"),
        ({"off": {"order": ["sms"] * 4}}, "off.order.value"),
        ({"off": {"nothing": []}}, "off.nothing"),
        ({"off": {"x" * 31: []}}, f"off.{'x' * 31}.key"),
        ({"off": {"": ["sms"]}}, "off."),
        ({"off": {"security": ["email"]}}, "off.security"),
        ({"digest": {"security": "daily"}}, "digest.security"),
        ({"digest": {"order": "weekly"}}, "digest.order.value"),
        ({"digest": {"nothing": "daily"}}, "digest.nothing"),
        ({"quietHours": "22-7"}, "quietHours"),
        ({"quietHours": {"from": "22:00"}}, "quietHours.until"),
        ({"quietHours": {"from": "24:00", "until": "07:00"}}, "quietHours.from"),
        ({"quietHours": {"from": "22:00\n", "until": "07:00"}}, "quietHours.from"),
        ({"quietHours": {"from": "7", "until": "08:00"}}, "quietHours.from"),
        ({"quietHours": {"from": "٢٢:00", "until": "08:00"}}, "quietHours.from"),
        ({"quietHours": {"from": 22, "until": "08:00"}}, "quietHours.from"),
        ({"quietHours": {"from": "22:00:30", "until": "08:00"}}, "quietHours.from"),
        ({"quietHours": {"from": "22:00", "until": "07:00", "zone": "UTC"}}, "quietHours.zone"),
        ({"quietHours": {"from": "08:00", "until": "08:00"}}, "quietHours"),
        ({"quietHours": {"from": "08:00", "until": "04:01"}}, "quietHours"),
        ({"expectedVersion": 0}, "expectedVersion"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_no_choice_is_refused_by_name(person: Person, changes: Json, field: str) -> None:
    assert refused(person, **changes) == {field}


def test_twenty_quiet_hours_are_the_most(person: Person) -> None:
    assert change(person, quietHours={"from": "08:00", "until": "04:00"})["version"] == 2


def test_a_body_that_is_none_is_refused(person: Person) -> None:
    headers = {"Content-Type": "application/json"}
    assert person.call("PATCH", PATH, data=b"{", headers=headers).status_code == 400
    assert person.call("PATCH", PATH, data=b"muted=1").status_code == 415
    assert person.call("PATCH", PATH, data=b"[1]", headers=headers).status_code == 422
    assert person.call("PATCH", PATH, data=b"x" * 300_000, headers=headers).status_code == 413


def test_it_needs_a_login(world: World) -> None:
    assert world.call("GET", PATH).status_code == 401
    assert world.call("PATCH", PATH, json={}).status_code == 401


@pytest.mark.parametrize("how", ["body", "header"])
def test_a_stale_version_gets_them_as_they_are_now(person: Person, how: str) -> None:
    seen = change(person, muted=True)
    stale: Json = {"headers": {"If-Match": '"1"'}} if how == "header" else {}
    body = {"muted": False} | ({"expectedVersion": 1} if how == "body" else {})
    answer = person.patch(PATH, body, **stale)
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert (error["code"], error["details"]) == ("stale_version", {"version": 2, "preferences": seen})
    assert change(person, muted=False, expectedVersion=2)["version"] == 3


def test_of_many_devices_that_change_the_same_version_one_does(person: Person) -> None:
    def one(number: int) -> int:
        body = {"expectedVersion": 1, "quietHours": {"from": f"{number:02}:00", "until": "12:00"}}
        return person.patch(PATH, body).status_code

    answers = [greenlet.get() for greenlet in [gevent.spawn(one, number) for number in range(6)]]
    assert sorted(answers) == [200] + [409] * 5
    assert wanted(person)["version"] == 2


def test_each_change_is_in_the_audit_log(person: Person) -> None:
    change(person, off={"order": ["sms"]})
    [entry] = audited(person)
    assert (entry.action, entry.actor_id) == ("notifications.preferences_changed", person.id)
    assert entry.before == {"muted": False, "off": {}, "digest": {}, "quietHours": None}
    assert entry.after == entry.before | {"off": {"order": ["sms"]}}


def test_everyone_has_their_own(world: World, person: Person) -> None:
    change(person, muted=True)
    assert wanted(world.person())["muted"] is False

"""Devices for push messages."""

from __future__ import annotations

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import gevent
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import text

from metaia.auth import jobs as auth_jobs
from metaia.core import db
from metaia.notifications.devices.service import MAX_DEVICES
from metaia.providers.messaging.push_endpoints import is_known
from tests.support.people import PASSWORD, Person, World

Json = dict[str, Any]
PATH = "/api/notifications/devices"
SERVICES = ["https://push.example.com", "https://*.push.example.org", "http://127.0.0.1:9999"]


def text64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


KEYS = {"p256dh": text64(b"\x04" + b"\x01" * 64), "auth": text64(b"\x02" * 16)}


@pytest.fixture(autouse=True)
def _services(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WEBPUSH_SERVICES", SERVICES)


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


def fcm(**more: Any) -> Json:
    return {"kind": "fcm", "token": f"fcm:{uuid.uuid4().hex}"} | more


def browser(**more: Any) -> Json:
    token = f"https://push.example.com/{uuid.uuid4().hex}"
    return {"kind": "webpush", "token": token, "keys": KEYS} | more


def expo() -> Json:
    return {"kind": "expo", "token": f"ExponentPushToken[{uuid.uuid4().hex[:22]}]"}


def register(person: Person, device: Json, status: int = 201) -> Json:
    answer = person.post(PATH, device)
    assert answer.status_code == status, answer.text
    found: Json = answer.json()["data"]["device"]
    return found


def listed(person: Person) -> list[Json]:
    found: list[Json] = person.get(PATH).json()["data"]["devices"]
    return found


def rows(person: Person) -> list[Any]:
    query = text("SELECT * FROM devices WHERE user_id = :id ORDER BY registered_at")
    return db.fetch_all(query, {"id": person.id})


@pytest.mark.parametrize("make", [fcm, browser, expo])
def test_a_device_of_each_kind(person: Person, make: Any) -> None:
    device = make() | {"name": "My telephone"}
    found = register(person, device)
    assert found | {"id": "", "registeredAt": ""} == {
        "id": "", "kind": device["kind"], "name": "My telephone", "registeredAt": "",
    }  # fmt: skip
    assert listed(person) == [found]
    [row] = rows(person)
    assert (row.token, row.keys) == (device["token"], device.get("keys", {}))


def test_registering_again_changes_name_and_keys_only(person: Person) -> None:
    device = browser(name="Old")
    first = register(person, device)
    keys = KEYS | {"auth": text64(b"\x03" * 16)}
    second = register(person, device | {"name": "New", "keys": keys}, status=200)
    assert (second["id"], second["name"]) == (first["id"], "New")
    assert listed(person) == [second]
    assert rows(person)[0].keys == keys


def test_a_device_that_was_dropped_comes_back(person: Person) -> None:
    device = fcm()
    first = register(person, device)
    with db.transaction():
        dropped = "UPDATE devices SET dropped_at = now(), dropped_because = 'unregistered' WHERE id = :id"
        db.execute(text(dropped), {"id": first["id"]})
    assert listed(person) == []
    assert register(person, device, status=200)["id"] == first["id"]
    assert rows(person)[0].dropped_because is None


def test_a_device_that_changes_hands_leaves_the_former_user(world: World, person: Person) -> None:
    """It also gets a new id, so pending messages for the former user do not reach the next one."""
    device, other = fcm(), world.person()
    mine = register(person, device)
    theirs = register(other, device)
    assert theirs["id"] != mine["id"]
    assert (listed(person), listed(other)) == ([], [theirs])
    query = text("SELECT action FROM audit_log WHERE subject = :subject AND action LIKE 'notif%' ORDER BY id")
    actions = [
        [row.action for row in db.fetch_all(query, {"subject": f"user-{each.id}"})]
        for each in (person, other)
    ]
    assert actions == [
        ["notifications.device_registered", "notifications.device_left"],
        ["notifications.device_registered"],
    ]


def logout(person: Person) -> None:
    assert person.post("/api/auth/logout").ok


def revoke(person: Person) -> None:
    other = again(person)
    for session in other.get("/api/auth/sessions").json()["data"]["sessions"]:
        if not session["current"]:
            assert other.delete(f"/api/auth/sessions/{session['id']}").ok


def again(person: Person) -> Person:
    """Return the same person in another session."""
    body = {"email": person.user["email"], "password": PASSWORD}
    return Person(person.world, person.world.call("POST", "/api/auth/login", json=body).json()["data"])


@pytest.mark.parametrize("end", [logout, revoke])
def test_a_device_ends_with_the_session_that_registered_it(person: Person, end: Any) -> None:
    device, kept = fcm(), fcm()
    first, elsewhere = register(person, device), again(person)
    other = register(elsewhere, kept)
    end(person)
    if end is logout:
        assert listed(elsewhere) == [other]
    dropped = {str(row.id): row.dropped_because for row in rows(person)}
    assert dropped[first["id"]] == "session_ended"
    back = again(person)
    assert register(back, device, status=200)["id"] == first["id"], "a new login registers it again"


def test_a_device_that_has_a_new_session_does_not_end_with_the_old_one(world: World, person: Person) -> None:
    mine, theirs = fcm(), fcm()
    for device in (mine, theirs):
        register(person, device)
    later, other = again(person), world.person()
    register(later, mine, status=200)
    register(other, theirs)
    logout(person)
    assert len(listed(later)) == len(listed(other)) == 1


def test_a_device_registered_while_its_session_ended_is_dropped_too(person: Person) -> None:
    """By a process that does not know yet that the session has ended."""
    found = register(person, fcm())
    logout(person)
    with db.transaction():
        db.execute(text("UPDATE devices SET dropped_at = NULL WHERE id = :id"), {"id": found["id"]})
    auth_jobs.end_unused_sessions()
    assert listed(again(person)) == []


def test_the_same_token_of_another_kind_is_another_device(person: Person) -> None:
    token = f"ExpoPushToken[{uuid.uuid4().hex}]"
    register(person, {"kind": "expo", "token": token})
    assert person.post(PATH, {"kind": "fcm", "token": token}).status_code == 422


def test_those_not_heard_of_for_longest_make_room(person: Person) -> None:
    first = register(person, fcm())
    second = register(person, second_device := fcm())
    for _ in range(MAX_DEVICES - 2):
        register(person, fcm())
    register(person, second_device, status=200)
    assert len(listed(person)) == MAX_DEVICES
    register(person, fcm())
    ids = {device["id"] for device in listed(person)}
    assert len(ids) == MAX_DEVICES
    assert (first["id"] in ids, second["id"] in ids) == (False, True)


def test_those_that_were_dropped_make_room_first(person: Person) -> None:
    old = register(person, fcm())
    dropped = [register(person, fcm())["id"] for _ in range(MAX_DEVICES - 1)]
    with db.transaction():
        query = "UPDATE devices SET dropped_at = now(), dropped_because = 'unregistered' WHERE id = ANY(:ids)"
        db.execute(text(query), {"ids": dropped})
    new = register(person, fcm())
    assert {device["id"] for device in listed(person)} == {old["id"], new["id"]}
    assert len(rows(person)) == MAX_DEVICES


def test_many_at_once_are_still_not_too_many(person: Person) -> None:
    for _ in range(MAX_DEVICES - 1):
        register(person, fcm())
    gevent.joinall([gevent.spawn(register, person, fcm()) for _ in range(5)], raise_error=True)
    assert len(rows(person)) == MAX_DEVICES


def test_one_device_registered_by_two_at_once_is_one_device(world: World, person: Person) -> None:
    device, other = fcm(), world.person()
    answers = [gevent.spawn(each.post, PATH, device) for each in (person, other) * 3]
    gevent.joinall(answers, raise_error=True)
    assert {answer.get().status_code for answer in answers} <= {200, 201}
    assert len(rows(person)) + len(rows(other)) == 1


def test_removing_one(world: World, person: Person) -> None:
    device = fcm()
    found = register(person, device)
    assert world.person().delete(f"{PATH}/{found['id']}").status_code == 404
    assert person.delete(f"{PATH}/{found['id']}").status_code == 200
    assert person.delete(f"{PATH}/{found['id']}").status_code == 404
    assert person.delete(f"{PATH}/nonsense").status_code == 404
    assert listed(person) == []
    assert register(person, device)["id"] != found["id"]


@pytest.mark.parametrize(
    ("device", "field"),
    [
        ({}, "kind"),
        ({"kind": "pager", "token": "1234567890"}, "kind"),
        ({"kind": "fcm"}, "token"),
        ({"kind": "fcm", "token": ""}, "token"),
        ({"kind": "fcm", "token": "short"}, "token"),
        ({"kind": "fcm", "token": "has spaces in it"}, "token"),
        ({"kind": "fcm", "token": "x" * 1001}, "token"),
        ({"kind": "fcm", "token": 1234567890}, "token"),
        ({"kind": "fcm", "token": "nul\x00nul\x00nul"}, "token"),
        ({"kind": "fcm", "token": "1234567890", "keys": KEYS}, "keys"),
        ({"kind": "fcm", "token": "1234567890", "name": "x" * 121}, "name"),
        ({"kind": "fcm", "token": "1234567890", "userId": "x"}, "userId"),
        ({"kind": "expo", "token": "ExponentPushToken[]"}, "token"),
        ({"kind": "expo", "token": "abcdefghijk"}, "token"),
        (browser(keys=None), "keys"),
        (browser(keys={}), "keys.p256dh"),
        (browser(keys=KEYS | {"auth": text64(b"short")}), "keys.auth"),
        (browser(keys=KEYS | {"auth": "!" * 22}), "keys.auth"),
        (browser(keys=KEYS | {"auth": "a"}), "keys.auth"),
        (browser(keys=KEYS | {"p256dh": text64(b"\x04" * 64)}), "keys.p256dh"),
        (browser(keys=KEYS | {"p256dh": text64(b"\x02" * 65)}), "keys.p256dh"),
        (browser(keys=KEYS | {"p256dh": "é" * 87}), "keys.p256dh"),
        (browser(token="https://elsewhere.example.com/x"), "token"),
        (browser(token="javascript:alert(1)"), "token"),
    ],
)
def test_what_is_no_device_is_refused_by_name(person: Person, device: Json, field: str) -> None:
    answer = person.post(PATH, device)
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["error"]["details"]
    assert rows(person) == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://push.example.com/abc", "https://push.example.com", "https://a.push.example.org/abc?x=%20",
        "https://PUSH.example.com/abc", "http://127.0.0.1:9999/abc",
    ],
)  # fmt: skip
def test_addresses_at_push_services_that_we_know(endpoint: str) -> None:
    assert is_known(endpoint, SERVICES)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/abc", "https://push.example.com:8443/abc", "https://push.example.com.evil.test/",
        "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest", "http://127.0.0.1:9998/",
        "https://localhost/", "https://push.example.com@evil.test/", "https://evil.test\\.push.example.org/",
        "https://evil.test/.push.example.org", "https://evil.test?.push.example.org", "https://evil.test#.push.example.org",
        "https://evil.test%2f.push.example.org/", "https://evil.test\t.push.example.org/",
        "https://evil.test\r\nX: .push.example.org/", "//push.example.com/", "ftp://push.example.com/", "",
        "https://push.example.com/a b", "https://push.example.com/\\evil",
    ],
)  # fmt: skip
def test_addresses_that_nobody_shall_make_us_call(endpoint: str) -> None:
    assert not is_known(endpoint, SERVICES)


def test_pages_learn_the_key_that_they_subscribe_with(
    app: Flask, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "VAPID_PRIVATE_KEY", "")
    assert person.get(PATH).json()["meta"] == {"webPushKey": None}
    monkeypatch.setitem(app.config, "VAPID_PRIVATE_KEY", text64(b"\x01" * 32))
    key = urlsafe_b64decode(person.get(PATH).json()["meta"]["webPushKey"] + "=")
    assert (len(key), key[0]) == (65, 4)
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)


def test_it_needs_a_login(world: World) -> None:
    assert world.call("GET", PATH).status_code == 401
    assert world.call("POST", PATH, json=fcm()).status_code == 401
    assert world.call("DELETE", f"{PATH}/{uuid.uuid4()}").status_code == 401

"""Announcements in the API: preview, confirmation, permissions, changes and bad input."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now, rfc3339
from tests.support.announcements import PATH, TEXTS, announced, body, shown_to
from tests.support.people import Person, World

Json = dict[str, Any]


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff()


@pytest.fixture
def customer(world: World) -> Person:
    return world.person()


def refused(answer: Any, status: int, code: str) -> Json:
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
    return answer.json()["error"]["details"]


def test_without_a_confirmation_nothing_is_sent(admin: Person, customer: Person, world: World) -> None:
    screen = customer.socket()
    answer = admin.post(PATH, body(customer, world.person()))
    assert answer.status_code == 200
    shown = answer.json()["data"]
    assert shown["recipients"] == 2
    assert [(each["locale"], each["title"]) for each in shown["preview"]] == [
        ("en", "Maintenance"),
        ("hi", "रखरखाव"),
    ]
    assert isinstance(shown["online"], int)
    assert shown_to(customer) == []
    assert screen.of("system:notification") == []


def test_an_audience_of_another_size_is_refused(admin: Person, world: World) -> None:
    people = [world.person() for _ in range(3)]
    details = refused(
        admin.post(PATH, body(*people) | {"confirm": {"recipients": 4}}), 409, "audience_changed"
    )
    assert details == {"recipients": 3}


def test_an_announcement_lists_its_state(admin: Person, customer: Person) -> None:
    made = announced(admin, customer, level="warning", link="/orders")
    assert (made["status"], made["recipients"], made["dismissed"]) == ("live", 1, 0)
    assert made["content"] == TEXTS
    assert made["audience"] == {"userIds": [customer.id]}
    assert customer.put(f"/api/announcements/{made['id']}/dismiss").status_code == 200
    listed = admin.get(f"{PATH}?status=live&limit=100").json()["data"]["announcements"]
    assert next(each for each in listed if each["id"] == made["id"]) == made | {"dismissed": 1}
    for status in ("scheduled", "ended", "revoked"):
        found = admin.get(f"{PATH}?status={status}&limit=100").json()["data"]["announcements"]
        assert made["id"] not in [each["id"] for each in found]


def test_a_dismissed_announcement_stays_hidden_for_that_user(
    admin: Person, customer: Person, world: World
) -> None:
    other = world.person()
    made = announced(admin, customer, other)
    for _ in range(2):
        assert customer.put(f"/api/announcements/{made['id']}/dismiss").status_code == 200
    assert (shown_to(customer), shown_to(other)) == ([], [made["id"]])
    refused(world.person().put(f"/api/announcements/{made['id']}/dismiss"), 404, "not_found")


def test_one_that_is_not_dismissible_stays(admin: Person, customer: Person) -> None:
    made = announced(admin, customer, dismissible=False)
    refused(customer.put(f"/api/announcements/{made['id']}/dismiss"), 409, "not_dismissible")


def test_only_super_admins_reach_everyone_or_are_critical(
    admin: Person, customer: Person, world: World
) -> None:
    everyone = body(audience={"everyone": True})
    refused(admin.post(PATH, everyone), 403, "forbidden")
    refused(admin.post(PATH, body(customer, level="critical")), 403, "forbidden")
    chief = world.staff("super_admin")
    assert chief.post(PATH, everyone).status_code == 200
    made = announced(chief, customer, level="critical")
    refused(admin.post(f"{PATH}/{made['id']}/revoke", {}), 403, "forbidden")
    refused(admin.patch(f"{PATH}/{made['id']}", {"content": TEXTS}), 403, "forbidden")
    listed = admin.get(f"{PATH}?limit=100").json()["data"]["announcements"]
    assert not next(each for each in listed if each["id"] == made["id"])["mayChange"]
    for person in (customer, world.staff("support")):
        refused(person.post(PATH, everyone), 403, "forbidden")


def test_text_and_end_can_change_until_it_is_over(admin: Person, customer: Person) -> None:
    made = announced(admin, customer)
    path = f"{PATH}/{made['id']}"
    new = {"en": {"title": "Longer", "message": "Back at six."}}
    answer = admin.patch(path, {"content": new, "expectedVersion": 1})
    assert answer.json()["data"]["announcement"]["content"] == new
    assert answer.headers["ETag"] == '"2"'
    refused(admin.patch(path, {"content": TEXTS, "expectedVersion": 1}), 409, "stale_version")
    late = rfc3339(now() + timedelta(days=31))
    assert "endsAt" in refused(admin.patch(path, {"endsAt": late}), 422, "invalid")
    for _ in range(2):  # the second one changes nothing
        revoked = admin.post(f"{path}/revoke", {}).json()["data"]["announcement"]
        assert (revoked["status"], revoked["version"]) == ("revoked", 3)
    refused(admin.patch(path, {"content": TEXTS}), 409, "announcement_over")
    assert shown_to(customer) == []


def test_each_action_is_audited_with_text_and_count(admin: Person, customer: Person) -> None:
    made = announced(admin, customer)
    admin.patch(f"{PATH}/{made['id']}", {"content": {"en": TEXTS["en"]}})
    admin.post(f"{PATH}/{made['id']}/revoke", {})
    query = text("SELECT * FROM audit_log WHERE subject = :subject ORDER BY id")
    entries = db.fetch_all(query, {"subject": f"announcement-{made['id']}"})
    assert [each.action for each in entries] == [
        f"announcement.{word}" for word in ("sent", "edited", "revoked")
    ]
    assert {each.actor_id for each in entries} == {admin.id}
    assert (entries[0].after["content"], entries[0].after["recipients"]) == (TEXTS, 1)


def test_an_account_announces_ten_times_an_hour(world: World, customer: Person) -> None:
    admin = world.staff()
    for _ in range(10):
        announced(admin, customer)
    answer = admin.post(PATH, body(customer) | {"confirm": {"recipients": 1}})
    refused(answer, 429, "rate_limited")
    assert int(answer.headers["Retry-After"]) > 0
    assert admin.post(PATH, body(customer)).status_code == 200


def test_the_same_key_announces_once(admin: Person, customer: Person) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    given = body(customer) | {"confirm": {"recipients": 1}}
    first, second = (admin.post(PATH, given, headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert shown_to(customer) == [first.json()["data"]["announcement"]["id"]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"audience": {}}, "audience"),
        ({"audience": {"everyone": False}}, "audience.everyone"),
        ({"audience": {"everyone": True, "roles": ["customer"]}}, "audience"),
        ({"audience": {"roles": ["pirate"]}}, "audience.roles.0"),
        ({"audience": {"roles": []}}, "audience.roles"),
        ({"audience": {"userIds": [str(uuid.UUID(int=7))] * 1001}}, "audience.userIds"),
        ({"audience": {"userIds": [str(uuid.UUID(int=7))]}}, "audience"),
        ({"content": {"hi": TEXTS["hi"]}}, "content.en"),
        ({"content": {"en": {"title": "x" * 121, "message": "m"}}}, "content.en.title"),
        ({"content": {"en": {"title": "x", "message": "m" * 1001}}}, "content.en.message"),
        ({"content": {"en": {"title": "<b>x</b>", "message": "m"}}}, "content.en.title"),
        ({"content": {"en": {"title": "x", "message": "&lt;script"}}}, "content.en.message"),
        ({"content": TEXTS | {"tlh": TEXTS["en"]}}, "content.tlh"),
        ({"level": "panic"}, "level"),
        ({"link": "https://evil.example/"}, "link"),
        ({"link": "//evil.example/"}, "link"),
        ({"link": "/\\evil.example"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "http://127.0.0.1@evil.example/"}, "link"),
        ({"endsAt": "2020-01-01T00:00:00Z"}, "endsAt"),
        ({"endsAt": "2190-01-01T00:00:00Z"}, "endsAt"),
        ({"startsAt": "2190-01-01T00:00:00Z"}, "startsAt"),
        ({"confirm": {}}, "confirm.recipients"),
        ({"store": "perhaps"}, "store"),
        ({"event": "free_names"}, "event"),
    ],
)
def test_a_wrong_body_names_its_field(admin: Person, changes: Json, field: str) -> None:
    details = refused(admin.post(PATH, body(admin) | changes), 422, "invalid")
    assert field in details

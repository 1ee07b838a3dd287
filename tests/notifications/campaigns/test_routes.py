"""Campaigns in the API: valid bodies, permissions and transitions."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now, rfc3339
from metaia.notifications.campaigns import sending
from metaia.notifications.campaigns.state import ADMIN, MACHINE
from tests.support.campaigns import Crowd, act, create, crowd, finish, rows, set_columns, watched
from tests.support.people import Person, World

ACTIONS = ("start", "pause", "resume", "cancel")
PATH = "/api/admin/campaigns"


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff()


@pytest.fixture(name="crowd")
def _crowd(admin: Person) -> Crowd:
    return crowd()


def refused(answer: Any, status: int, code: str) -> Any:
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    return answer.json()["error"]["details"]


def test_a_new_campaign_is_a_draft_and_shows_how_many_it_would_reach(admin: Person, crowd: Crowd) -> None:
    crowd.join(3)
    answer = admin.post(PATH, crowd.body())
    campaign = answer.json()["data"]["campaign"]
    assert (campaign["status"], campaign["version"], answer.headers["ETag"]) == ("draft", 1, '"1"')
    assert campaign["allowedActions"] == ["edit", "start", "cancel"]
    assert campaign["audience"] == crowd.audience
    assert (campaign["createdBy"], campaign["total"]) == (admin.id, None)
    seen = watched(admin, campaign)
    assert seen["campaign"] == campaign | {"total": 3}
    assert set(seen["funnel"].values()) == {0}
    assert campaign in admin.get(f"{PATH}?status=draft&limit=100").json()["data"]["campaigns"]
    assert campaign not in admin.get(f"{PATH}?status=running&limit=100").json()["data"]["campaigns"]
    assert not sending.advance(campaign["id"])


def test_a_draft_can_be_edited_until_it_is_started(admin: Person, crowd: Crowd) -> None:
    campaign = create(admin, crowd.body())
    path, audience = f"{PATH}/{campaign['id']}", {"roles": ["tailor", "vendor"], "locales": ["hi"]}
    edited = admin.patch(path, {"title": "New", "audience": audience, "expectedVersion": 1})
    after = edited.json()["data"]["campaign"]
    changed = {"title": "New", "audience": audience, "version": 2, "updatedAt": after["updatedAt"]}
    assert after == campaign | changed
    refused(admin.patch(path, {"title": "Newer"}, headers={"If-Match": '"1"'}), 409, "stale_version")
    refused(admin.post(f"{path}/start", {"expectedVersion": 1}), 409, "stale_version")
    assert act(admin, campaign, "start")["status"] == "scheduled"
    details = refused(admin.patch(path, {"title": "Late"}), 409, "illegal_transition")
    assert (details["status"], details["version"]) == ("scheduled", 3)
    assert details["allowedActions"] == ["pause", "cancel"]
    assert act(admin, campaign, "pause")["status"] == "draft"
    assert admin.patch(path, {"title": "In time"}).status_code == 200


def test_every_action_in_every_state_does_what_the_table_says(admin: Person, crowd: Crowd) -> None:
    campaign = create(admin, crowd.body())
    for state, action in product(MACHINE.states, ACTIONS):
        set_columns(campaign, status=state)
        transition = MACHINE.find(state, action)
        answer = admin.post(f"{PATH}/{campaign['id']}/{action}", {})
        if transition and ADMIN in transition.by:
            assert answer.json()["data"]["campaign"]["status"] == transition.target, (state, action)
        else:
            details = refused(answer, 409, "illegal_transition")
            assert details["allowedActions"] == MACHINE.allowed(state, frozenset({ADMIN}))


def test_each_of_it_is_in_the_audit_log(admin: Person, crowd: Crowd) -> None:
    campaign = create(admin, crowd.body())
    admin.patch(f"{PATH}/{campaign['id']}", {"title": "New"})
    admin.post(f"{PATH}/{campaign['id']}/test", {"to": "me"})
    act(admin, campaign, "start")
    act(admin, campaign, "cancel")
    query = text("SELECT * FROM audit_log WHERE subject = :subject ORDER BY id")
    entries = db.fetch_all(query, {"subject": f"campaign-{campaign['id']}"})
    kinds = [entry.action.removeprefix("campaign.") for entry in entries]
    assert kinds == ["created", "edited", "tested", "start", "cancel"]
    assert {entry.actor_id for entry in entries} == {admin.id}
    assert (entries[1].before["title"], entries[1].after["title"]) == ("Ten per cent off", "New")


def test_the_same_key_makes_one_campaign(admin: Person, crowd: Crowd) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, second = (admin.post(PATH, crowd.body(), headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    start = f"{PATH}/{first.json()['data']['campaign']['id']}/start"
    assert admin.post(start, {}, headers={"Idempotency-Key": "s"}).json()["data"]["campaign"]["version"] == 2
    assert admin.post(start, {}, headers={"Idempotency-Key": "s"}).json()["data"]["campaign"]["version"] == 2


def test_a_test_goes_to_its_admin_alone_and_as_often_as_they_like(admin: Person, crowd: Crowd) -> None:
    crowd.join(2)
    campaign = create(admin, crowd.body(channels=["in_app", "email"]))
    ids = [admin.post(f"{PATH}/{campaign['id']}/test").json()["data"]["notificationId"] for _ in range(2)]
    shown = admin.get("/api/notifications").json()["data"]["notifications"]
    assert [note["id"] for note in shown] == ids[::-1]
    assert {(note["title"], note["message"]) for note in shown} == {(campaign["title"], campaign["message"])}
    assert rows(campaign) == []
    row = db.fetch_one(text("SELECT * FROM notifications WHERE id = :id"), {"id": ids[0]})
    assert row is not None
    assert (row.channels, row.planned_at, row.queue) == (["in_app", "email"], None, "default")


def test_it_begins_when_it_is_scheduled_for(admin: Person, crowd: Crowd) -> None:
    crowd.join(1)
    campaign = create(admin, crowd.body(scheduledAt=rfc3339(now() + timedelta(hours=1))))
    assert act(admin, campaign, "start")["status"] == "scheduled"
    assert finish(campaign) == 0
    set_columns(campaign, next_at=now())
    assert finish(campaign) == 2
    assert watched(admin, campaign)["campaign"]["status"] == "completed"


CALLS = [
    ("POST", "", "notifications.campaign"),
    ("GET", "", "notifications.campaign"),
    ("GET", "/{id}", "notifications.campaign"),
    ("PATCH", "/{id}", "notifications.campaign"),
    *(("POST", f"/{{id}}/{action}", "notifications.campaign") for action in ("test", *ACTIONS)),
]


@pytest.mark.parametrize(("method", "path", "permission"), CALLS)
def test_campaigns_are_for_admins(
    world: World, admin: Person, crowd: Crowd, method: str, path: str, permission: str
) -> None:
    campaign = create(admin, crowd.body())
    where = PATH + path.format(id=campaign["id"])
    body = crowd.body() if (method, path) == ("POST", "") else {}
    for who in (world.person(), world.person("tailor"), world.staff("support")):
        refused(who.call(method, where, body), 403, "forbidden")
    assert world.call(method, where, json=body).status_code == 401
    assert watched(world.staff("super_admin"), campaign)["campaign"] == campaign | {"total": 0}


WRONG: dict[str, dict[str, Any]] = {
    "no name": {"name": ""},
    "blank": {"title": "   "},
    "long": {"message": "x" * 2001},
    "a header": {"title": "Hello\r\nBcc: everybody@example.com"},
    "NUL": {"message": "a\0b"},
    "no channel": {"channels": []},
    "another channel": {"channels": ["pigeon"]},
    "channels": {"channels": "email"},
    "too many": {"channels": ["email"] * 5},
    "no audience": {"audience": None},
    "nobody": {"audience": {"roles": []}},
    "strangers": {"audience": {"roles": ["burglar"]}},
    "no roles": {"audience": {}},
    "more": {"audience": {"roles": ["customer"], "shoeSize": 43}},
    "backwards": {
        "audience": {
            "roles": ["customer"],
            "createdFrom": "2024-01-02T00:00:00Z",
            "createdTo": "2024-01-02T00:00:00Z",
        }
    },
    "a locale": {"audience": {"roles": ["customer"], "locales": ["x'; DROP TABLE users"]}},
    "no time": {"scheduledAt": "tomorrow"},
    "no zone": {"scheduledAt": "2030-01-01T00:00:00"},
    "the end of time": {"scheduledAt": "9999-12-31T23:59:59-14:00"},
    "its beginning": {"scheduledAt": "0001-01-01T00:00:00+14:00"},
    "a rate of nothing": {"ratePerMinute": 0},
    "a rate of too much": {"ratePerMinute": 10**12},
    "half a person": {"ratePerMinute": 0.5},
    "text for a rate": {"ratePerMinute": "one"},
    "unknown": {"status": "running"},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_what_is_no_campaign_is_refused(admin: Person, crowd: Crowd, changes: dict[str, Any]) -> None:
    details = refused(admin.post(PATH, crowd.body(**changes)), 422, "invalid")
    assert {name.partition(".")[0] for name in details} == set(changes)
    campaign = create(admin, crowd.body())
    refused(admin.patch(f"{PATH}/{campaign['id']}", changes), 422, "invalid")


@pytest.mark.parametrize("query", ["status=done", "limit=1000", "cursor=x", "sort=title", "q=x"])
def test_a_list_that_is_none_is_refused(admin: Person, query: str) -> None:
    refused(admin.get(f"{PATH}?{query}"), 422, "invalid")


def test_what_is_not_there(admin: Person) -> None:
    nowhere = f"{PATH}/{uuid.uuid4()}"
    for method, path in (("GET", ""), ("PATCH", ""), ("POST", "/start"), ("POST", "/test")):
        refused(admin.call(method, nowhere + path, {}), 404, "not_found")
    refused(admin.get(f"{PATH}/x"), 404, "not_found")
    refused(admin.post(f"{PATH}/{uuid.uuid4()}/test", {"to": "everybody"}), 422, "invalid")

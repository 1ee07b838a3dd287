"""Endpoints: creating, verifying, testing and changing them, and the types of events."""

from __future__ import annotations

import json

from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.webhook_endpoints import jobs, policy
from tests.support.waiting import send_numbered
from tests.webhook_endpoints.conftest import Hooks

URL = "https://93.184.216.34/hook"


def refusal(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_an_endpoint_is_active_once_it_repeats_the_challenge(hooks: Hooks):
    receiver = hooks.receiver()
    receiver.echoes = False
    made = hooks.create(receiver)
    assert (made["state"], made["secret"][:6]) == ("unverified", "whsec_")
    path = f"/api/webhook-endpoints/{made['id']}"
    answer = hooks.partner.post(f"{path}/verify").json()["data"]
    assert answer["endpoint"]["state"] == "unverified"
    assert answer["call"]["error"] == "the answer does not repeat the challenge"
    assert refusal(hooks.partner.post(f"{path}/test")) == (409, "endpoint_not_active")
    receiver.reply = lambda call: (200, {"webhook-challenge": call.json["data"]["challenge"]}, b"")
    assert hooks.partner.post(f"{path}/verify").json()["data"]["endpoint"]["state"] == "active"
    assert hooks.partner.post(f"{path}/verify").json()["data"]["call"] is None


def test_an_unverified_endpoint_gets_no_events(hooks: Hooks):
    receiver = hooks.receiver()
    made = hooks.create(receiver)
    send_numbered(hooks.partner, 1)
    hooks.forward()
    jobs.verify(made["id"])
    send_numbered(hooks.partner, 2)
    hooks.forward()
    assert [call.type for call in receiver.calls] == ["endpoint.verify", "notification.created"]


def test_a_test_is_marked_and_changes_nothing(hooks: Hooks):
    receiver = hooks.receiver()
    made = hooks.active(receiver)
    receiver.reply = lambda call: (500, {}, b"")
    answer = hooks.partner.post(f"/api/webhook-endpoints/{made['id']}/test").json()["data"]["call"]
    assert (answer["status"], answer["error"]) == (500, "status 500")
    assert receiver.calls[-1].json["test"] is True
    assert hooks.get(made)["failingSince"] is None
    assert hooks.deliveries(made) == []


def test_a_user_has_ten_endpoints_at_most(hooks: Hooks):
    for _ in range(policy.MOST_ENDPOINTS):
        assert hooks.partner.post("/api/webhook-endpoints", {"url": URL, "events": ["*"]}).status_code == 201
    answer = hooks.partner.post("/api/webhook-endpoints", {"url": URL, "events": ["*"]})
    assert refusal(answer) == (409, "too_many_endpoints")
    assert len(hooks.partner.get("/api/webhook-endpoints").json()["data"]["endpoints"]) == 10


def test_a_stale_version_changes_nothing(hooks: Hooks):
    made = hooks.create(hooks.receiver())
    path = f"/api/webhook-endpoints/{made['id']}"
    stale = {"events": ["order.*"], "expectedVersion": made["version"] + 7}
    assert refusal(hooks.partner.patch(path, stale)) == (409, "stale_version")
    assert refusal(hooks.partner.patch(path, {})) == (422, "invalid")
    assert refusal(hooks.partner.patch(path, {"events": ["nothing.*"]})) == (422, "invalid")
    assert hooks.change(made, events=["order.*"], description=None)["events"] == ["order.*"]
    assert refusal(hooks.partner.delete(path, headers={"If-Match": '"1"'})) == (409, "stale_version")


def test_the_types_of_events_have_schemas_and_examples(hooks: Hooks):
    types = hooks.partner.get("/api/webhook-event-types").json()["data"]["eventTypes"]
    names = {each["type"] for each in types}
    assert {"order.created", "order.updated", "payment.updated"} <= names
    assert not names & policy.OF_ADMINS
    document = hooks.world.call("GET", "/api/asyncapi.json").json()
    for each in types:
        assert each["schema"].rpartition("/")[2] in document["components"]["schemas"]
    of_admin = hooks.world.staff().get("/api/webhook-event-types").json()["data"]["eventTypes"]
    assert {each["type"] for each in of_admin} - names == policy.OF_ADMINS


def test_a_secret_is_never_shown_again_nor_stored_plain(hooks: Hooks):
    made = hooks.create(hooks.receiver())
    assert made["secret"] not in json.dumps(hooks.get(made))
    stored = db.fetch_one(
        text("SELECT t::text AS row FROM webhook_endpoints t WHERE id = :id"), {"id": made["id"]}
    )
    assert stored is not None
    assert made["secret"] not in stored.row


def test_what_does_not_exist_is_not_found(hooks: Hooks):
    for path in (f"/api/webhook-endpoints/{new_id()}", f"/api/webhook-deliveries/{new_id()}"):
        assert refusal(hooks.partner.get(path)) == (404, "not_found")

"""From an event to the receiver: bodies, signatures, order, retries."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook

from metaia.core import db
from metaia.webhook_endpoints import jobs
from metaia.webhook_endpoints.sending import bodies
from tests.support.receivers import OK
from tests.support.waiting import send_numbered
from tests.webhook_endpoints.conftest import Hooks


def numbers(receiver):
    return [call.json["data"]["data"]["number"] for call in receiver.of("notification.created")]


def test_an_order_reaches_the_endpoint_of_its_partner(hooks: Hooks):
    receiver = hooks.receiver()
    endpoint = hooks.active(receiver, "order.*")
    order = hooks.world.person().order(partnerId=hooks.partner.id)
    hooks.partner.act(order, "accept")
    hooks.forward()
    created, updated = receiver.events
    assert [call.type for call in (created, updated)] == ["order.created", "order.updated"]
    assert updated.json.keys() == {
        "type", "timestamp", "data", "subject", "sequence", "cursor", "apiVersion",
    }  # fmt: skip
    assert updated.json["subject"] == f"order-{order['id']}"
    assert updated.json["sequence"] > created.json["sequence"]
    assert updated.json["data"]["order"]["status"] == "accepted"
    assert "allowedActions" not in json.dumps(updated.json)
    assert updated.id == updated.json["data"]["eventId"]
    assert updated.headers["user-agent"] == "METAIA-Webhooks/1"
    assert updated.path == "/hook?key=1"
    for call in receiver.calls:
        assert Webhook(endpoint["secret"]).verify(call.body, call.headers) == call.json
    states = [each["state"] for each in hooks.deliveries(endpoint)]
    assert states == ["delivered", "delivered"]


def test_an_endpoint_gets_only_what_its_owner_may_see(hooks: Hooks):
    receiver, other = hooks.receiver(), hooks.receiver()
    hooks.active(receiver)
    stranger = hooks.world.person("tailor")
    hooks.active(other, by=stranger)
    send_numbered(stranger, 7)
    hooks.forward()
    assert (numbers(receiver), numbers(other)) == ([], [7])


def test_an_admin_gets_what_goes_to_staff(hooks: Hooks):
    receiver, admin = hooks.receiver(), hooks.world.staff("admin")
    hooks.active(receiver, "order.created", by=admin)
    hooks.world.person().order(partnerId=hooks.partner.id)
    hooks.forward()
    assert [call.type for call in receiver.events] == ["order.created"]


def test_both_secrets_sign_while_one_is_rotated(hooks: Hooks):
    receiver = hooks.receiver()
    endpoint = hooks.active(receiver)
    answer = hooks.partner.post(f"/api/webhook-endpoints/{endpoint['id']}/rotate-secret")
    assert answer.status_code == 200, answer.text
    send_numbered(hooks.partner, 1)
    hooks.forward()
    [call] = receiver.of("notification.created")
    for secret in (endpoint["secret"], answer.json()["data"]["secret"]):
        Webhook(secret).verify(call.body, call.headers)
    with db.transaction():
        db.execute(text("UPDATE webhook_endpoints SET previous_until = now() - interval '1 s'"))
    send_numbered(hooks.partner, 2)
    hooks.forward()
    assert len(receiver.calls[-1].headers["webhook-signature"].split()) == 1


def test_a_failed_message_is_sent_again_with_the_same_id(hooks: Hooks):
    receiver = hooks.receiver()
    endpoint = hooks.active(receiver, ordering="none")
    receiver.reply = lambda call: (503, {"Retry-After": "30"}, b"not\x00 now" + b"x" * 5000)
    send_numbered(hooks.partner, 1)
    hooks.forward()
    [delivery] = hooks.deliveries(endpoint)
    assert (delivery["state"], delivery["status"], delivery["tries"]) == ("pending", 503, 1)
    receiver.reply = lambda call: OK
    hooks.make_due()
    hooks.forward()
    first, second = receiver.of("notification.created")
    assert (first.id, first.body) == (second.id, second.body)
    found = hooks.delivery(delivery["id"])
    assert found["delivery"]["state"] == "delivered"
    assert [each["status"] for each in found["attempts"]] == [503, 200]
    assert found["attempts"][0]["response"] == "not now" + "x" * 493


def test_a_redirect_is_a_failure_that_is_not_followed(hooks: Hooks):
    receiver, target = hooks.receiver(), hooks.receiver()
    endpoint = hooks.active(receiver)
    receiver.reply = lambda call: (307, {"Location": target.url}, b"")
    send_numbered(hooks.partner, 1)
    hooks.forward()
    assert target.calls == []
    assert [(each["state"], each["status"]) for each in hooks.deliveries(endpoint)] == [("pending", 307)]


def test_a_message_waits_for_the_one_before_it_about_the_same_subject(hooks: Hooks):
    receiver = hooks.receiver()
    hooks.active(receiver, "order.*")
    customer = hooks.world.person()
    blocked, free = (customer.order(partnerId=hooks.partner.id) for _ in range(2))
    receiver.reply = lambda call: (500, {}, b"") if call.json["subject"].endswith(blocked["id"]) else OK
    for order in (blocked, free):
        hooks.partner.act(order, "accept")
    hooks.forward()
    assert [call.type for call in receiver.events if call.json["subject"].endswith(blocked["id"])] == [
        "order.created"
    ]
    assert [call.type for call in receiver.events if call.json["subject"].endswith(free["id"])] == [
        "order.created",
        "order.updated",
    ]
    receiver.reply = lambda call: OK
    hooks.make_due()
    hooks.forward()
    assert [call.type for call in receiver.events if call.json["subject"].endswith(blocked["id"])] == [
        "order.created",
        "order.created",
        "order.updated",
    ]


def test_the_last_failure_gives_a_message_up(hooks: Hooks):
    receiver = hooks.receiver()
    endpoint = hooks.active(receiver)
    receiver.reply = lambda call: (500, {}, b"")
    send_numbered(hooks.partner, 1)
    hooks.forward()
    with db.transaction():
        db.execute(text("UPDATE webhook_messages SET tries = 9 WHERE state = 'pending'"))
    hooks.make_due()
    hooks.forward()
    assert [each["state"] for each in hooks.deliveries(endpoint)] == ["failed"]


def test_large_data_is_replaced_by_its_address(hooks: Hooks, monkeypatch: pytest.MonkeyPatch):
    receiver = hooks.receiver()
    hooks.active(receiver)
    monkeypatch.setattr(bodies, "LONGEST_DATA", 100)
    send_numbered(hooks.partner, 1)
    hooks.forward()
    [call] = receiver.of("notification.created")
    assert call.json["data"]["truncated"] is True
    path = "/api/" + call.json["data"]["href"].partition("/api/")[2]
    [event] = hooks.partner.get(path).json()["data"]["events"]
    assert event["data"]["eventId"] == call.id


def test_a_message_whose_worker_was_killed_is_sent_again(hooks: Hooks, monkeypatch: pytest.MonkeyPatch):
    receiver = hooks.receiver()
    endpoint = hooks.active(receiver)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("metaia.webhook_endpoints.sending.results.record", killed)
        send_numbered(hooks.partner, 1)
        hooks.forward()
    assert [each["state"] for each in hooks.deliveries(endpoint)] == ["pending"]
    jobs.forward()
    assert len(receiver.of("notification.created")) == 1
    hooks.make_due()
    hooks.forward()
    assert len({call.id for call in receiver.of("notification.created")}) == 1
    assert [each["state"] for each in hooks.deliveries(endpoint)] == ["delivered"]

"""Endpoints that stop: by their owners, receivers, failures, or the end of an account."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.webhook_endpoints import jobs
from tests.support.people import PASSWORD
from tests.support.receivers import OK
from tests.support.waiting import send_numbered
from tests.webhook_endpoints.conftest import Hooks


def test_a_new_address_must_be_verified(hooks: Hooks):
    first, second = hooks.receiver(), hooks.receiver()
    made = hooks.active(first)
    assert hooks.change(made, url=second.url)["state"] == "unverified"
    send_numbered(hooks.partner, 1)
    hooks.forward()
    jobs.verify(made["id"])
    hooks.forward()
    assert [call.type for call in second.calls] == ["endpoint.verify", "endpoint.gap"]
    assert len(first.calls) == 1


def test_a_stopped_endpoint_states_what_it_missed(hooks: Hooks):
    receiver = hooks.receiver()
    made = hooks.active(receiver)
    stopped = hooks.change(made, active=False)
    assert (stopped["state"], stopped["pausedBecause"]) == ("disabled", "owner")
    send_numbered(hooks.partner, 1)
    hooks.forward()
    assert hooks.change(made, active=True)["state"] == "active"
    send_numbered(hooks.partner, 2)
    hooks.forward()
    gap, event = receiver.calls[1:]
    assert (gap.type, gap.json["data"]["reason"]) == ("endpoint.gap", "owner")
    assert gap.json["data"]["from"] == stopped["pausedAt"]
    assert event.json["data"]["data"]["number"] == 2
    replayed = hooks.partner.post(
        f"/api/webhook-endpoints/{made['id']}/replay",
        {"from": gap.json["data"]["from"], "to": gap.json["data"]["to"]},
    )
    assert (replayed.status_code, replayed.json()["data"]) == (202, {"count": 1})
    hooks.make_due()
    hooks.forward()
    assert receiver.calls[-1].json["data"]["data"]["number"] == 1


def test_a_deleted_endpoint_is_called_no_more(hooks: Hooks):
    receiver = hooks.receiver()
    made = hooks.active(receiver)
    send_numbered(hooks.partner, 1)
    assert hooks.partner.delete(f"/api/webhook-endpoints/{made['id']}").status_code == 200
    hooks.forward()
    assert len(receiver.calls) == 1
    assert hooks.partner.get(f"/api/webhook-endpoints/{made['id']}").status_code == 404


def test_a_deleted_account_has_no_endpoints(hooks: Hooks):
    receiver = hooks.receiver()
    made = hooks.active(receiver)
    send_numbered(hooks.partner, 1)
    exported = hooks.partner.get("/api/auth/export")
    if exported.status_code == 200:
        assert exported.json()["data"]["export"]["webhookEndpoints"][0]["url"] == receiver.url
    answer = hooks.partner.delete("/api/auth/me", json={"password": PASSWORD})
    assert answer.status_code in {200, 204}, answer.text
    hooks.forward()
    count = text("SELECT count(*) FROM webhook_endpoints WHERE id = :id")
    assert db.fetch_value(count, {"id": made["id"]}) == 0
    assert len(receiver.calls) == 1


def test_a_disabled_owner_gets_nothing(hooks: Hooks):
    receiver = hooks.receiver()
    made = hooks.active(receiver)
    with db.transaction():
        db.execute(
            text("UPDATE users SET active = false, inactive_because = 'disabled' WHERE id = :id"),
            {"id": hooks.partner.id},
        )
    send_numbered(hooks.partner, 1)
    hooks.forward()
    row = db.fetch_one(text("SELECT * FROM webhook_endpoints WHERE id = :id"), {"id": made["id"]})
    assert row is not None
    assert (row.state, row.paused_because, len(receiver.calls)) == ("disabled", "owner_inactive", 1)


def test_a_gone_receiver_disables_its_endpoint(hooks: Hooks):
    receiver = hooks.receiver()
    made = hooks.active(receiver)
    receiver.reply = lambda call: (410, {}, b"")
    send_numbered(hooks.partner, 1)
    hooks.forward()
    found = hooks.get(made)
    assert (found["state"], found["pausedBecause"]) == ("disabled", "refused")
    assert [each["state"] for each in hooks.deliveries(made)] == ["cancelled"]
    notices = hooks.partner.get("/api/notifications").json()["data"]["notifications"]
    assert "endpoint_disabled" in {each["type"] for each in notices}


@pytest.mark.parametrize(
    ("days", "type_", "state"), [(1, "endpoint_failing", "active"), (5, "endpoint_disabled", "disabled")]
)
def test_days_of_failures_have_a_notice(hooks: Hooks, days, type_, state):
    receiver = hooks.receiver()
    made = hooks.active(receiver, "order.*")
    hooks.world.person().order(partnerId=hooks.partner.id)
    receiver.reply = lambda call: (500, {}, b"")
    hooks.forward()
    assert hooks.get(made)["failingSince"]
    with db.transaction():
        since = text("UPDATE webhook_endpoints SET failing_since = now() - make_interval(days => :days)")
        db.execute(since, {"days": days})
    for _ in range(2):
        hooks.make_due()
        hooks.forward()
    notices = hooks.partner.get("/api/notifications").json()["data"]["notifications"]
    assert [each["type"] for each in notices].count(type_) == 1
    assert hooks.get(made)["state"] == state


def test_a_success_ends_the_failures(hooks: Hooks):
    receiver = hooks.receiver()
    made = hooks.active(receiver, "order.*")
    hooks.world.person().order(partnerId=hooks.partner.id)
    receiver.reply = lambda call: (500, {}, b"")
    hooks.forward()
    receiver.reply = lambda call: OK
    hooks.make_due()
    hooks.forward()
    assert hooks.get(made)["failingSince"] is None
    stats = hooks.partner.get(f"/api/webhook-endpoints/{made['id']}/stats").json()["data"]["stats"]
    assert (stats["calls"], stats["successRate"], stats["queue"], stats["oldest"]) == (2, 0.5, 0, None)

"""Admins, keys, metrics and notices."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.webhook_endpoints import sealed
from tests.support.waiting import send_numbered
from tests.webhook_endpoints.conftest import Hooks

ADMIN = "/api/admin/webhook-endpoints"


def test_an_admin_lists_and_disables_endpoints_of_others(hooks: Hooks):
    receiver, admin = hooks.receiver(), hooks.world.staff()
    endpoint = hooks.active(receiver)
    found = admin.get(ADMIN, params={"ownerId": hooks.partner.id, "state": "active"}).json()["data"][
        "endpoints"
    ]
    assert [each["id"] for each in found] == [endpoint["id"]]
    assert admin.get(ADMIN, params={"state": "asleep"}).status_code == 422
    for _ in range(2):
        answer = admin.post(f"{ADMIN}/{endpoint['id']}/disable", {"reason": "It floods a third party."})
        assert answer.json()["data"]["endpoint"]["pausedBecause"] == "admin"
    actions = text("SELECT action FROM audit_log WHERE subject = :subject ORDER BY id")
    rows = db.fetch_all(actions, {"subject": f"webhook-endpoint-{endpoint['id']}"})
    assert [row.action.partition(".")[2] for row in rows] == [
        "created",
        "verified",
        "disabled",
        "disabled_by_admin",
    ]
    notices = hooks.partner.get("/api/notifications").json()["data"]["notifications"]
    assert [each["type"] for each in notices].count("endpoint_disabled") == 1


def test_secrets_are_encrypted_again_with_a_new_key(hooks: Hooks, monkeypatch: pytest.MonkeyPatch):
    receiver = hooks.receiver()
    endpoint = hooks.active(receiver)
    hooks.partner.post(f"/api/webhook-endpoints/{endpoint['id']}/rotate-secret")
    old = hooks.app.config["SECRET_KEY"]
    monkeypatch.setitem(hooks.app.config, "SECRET_KEY", "another-secret-key-of-thirty-two-chars")
    monkeypatch.setitem(hooks.app.config, "SECRET_KEY_PREVIOUS", [old])
    assert sealed.reencrypt_all() == (2, 0)
    monkeypatch.setitem(hooks.app.config, "SECRET_KEY_PREVIOUS", [])
    assert sealed.reencrypt_all() == (0, 0)
    monkeypatch.undo()


def test_a_secret_that_no_key_decrypts_is_named(hooks: Hooks):
    receiver = hooks.receiver()
    endpoint = hooks.active(receiver)
    with db.transaction():
        db.execute(text("UPDATE webhook_endpoints SET secret = 'lost'::bytea"))
    send_numbered(hooks.partner, 1)
    hooks.forward()
    [delivery] = hooks.deliveries(endpoint)
    assert delivery["error"] == "the secret cannot be decrypted: rotate it"


def test_metrics_count_calls_and_what_waits(hooks: Hooks):
    receiver = hooks.receiver()
    hooks.active(receiver)
    send_numbered(hooks.partner, 1)
    hooks.forward()
    admin = hooks.world.staff()
    answer = admin.get("/metrics")
    assert 'metaia_webhook_calls_total{status="200"}' in answer.text
    assert "metaia_webhook_queue 0.0" in answer.text
    assert "metaia_webhook_lag_events" in answer.text

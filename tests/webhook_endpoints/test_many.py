"""Many endpoints and workers at once: a slow receiver delays no other, limits hold, nothing is lost or doubled."""

from __future__ import annotations

import time

import gevent.event
import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.realtime.log import store as log_store
from metaia.webhook_endpoints import jobs
from metaia.webhook_endpoints.fanout import service as fanout
from metaia.webhook_endpoints.sending import claims
from metaia.webhook_endpoints.sending import service as sending
from tests.support.receivers import OK
from tests.support.waiting import send_numbered, until
from tests.webhook_endpoints.conftest import Hooks


def numbers(receiver):
    return [call.json["data"]["data"]["number"] for call in receiver.of("notification.created")]


def test_a_slow_receiver_delays_no_other(hooks: Hooks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, "SECONDS", 60.0)
    slow, quick = hooks.receiver(), hooks.receiver()
    for receiver in (slow, quick):
        hooks.active(receiver, ordering="none")
    released = gevent.event.Event()
    slow.reply = lambda call: released.wait(30) and OK
    send_numbered(hooks.partner, *range(20))

    def work():
        with hooks.app.app_context():
            hooks.forward()

    worker = gevent.spawn(work)
    until(lambda: len(numbers(quick)) == 20, "the quick receiver has all")
    assert len(numbers(slow)) <= claims.CALLS_PER_HOST
    released.set()
    worker.join()
    hooks.make_due()
    hooks.forward()
    assert sorted(set(numbers(slow))) == list(range(20))


def test_a_host_gets_few_calls_at_a_time(hooks: Hooks):
    receiver = hooks.receiver()
    hooks.active(receiver, ordering="none")
    running, most = 0, 0

    def reply(_):
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.05)
        running -= 1
        return OK

    receiver.reply = reply
    send_numbered(hooks.partner, *range(12))
    hooks.forward()
    assert (most, sorted(numbers(receiver))) == (claims.CALLS_PER_HOST, list(range(12)))


def test_an_owner_gets_a_limited_number_of_calls_a_second(hooks: Hooks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(claims, "CALLS_PER_SECOND", 0)
    receiver = hooks.receiver()
    endpoint = hooks.active(receiver)
    send_numbered(hooks.partner, 1)
    hooks.forward()
    assert [each["state"] for each in hooks.deliveries(endpoint)] == ["pending"]
    monkeypatch.undo()


def test_two_workers_at_once_send_each_message_once(hooks: Hooks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(claims, "CALLS_PER_SECOND", 1_000)
    receiver = hooks.receiver()
    hooks.active(receiver, ordering="none")
    send_numbered(hooks.partner, *range(30))
    hooks.forward()
    other = sending.Sender(hooks.app)

    def work(sender):
        with hooks.app.app_context():
            sender.run(seconds=10)

    send_numbered(hooks.partner, *range(30, 60))
    gevent.joinall([gevent.spawn(work, sender) for sender in (sending.sender(), other)])
    hooks.forward()
    assert sorted(numbers(receiver)) == list(range(60))


def test_a_job_that_dies_while_it_reads_the_log_loses_nothing(hooks: Hooks, monkeypatch: pytest.MonkeyPatch):
    receiver = hooks.receiver()
    hooks.active(receiver)
    send_numbered(hooks.partner, 1, 2)
    with monkeypatch.context() as patch:
        patch.setattr(fanout, "_move", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            hooks.forward()
    hooks.forward()
    assert sorted(numbers(receiver)) == [1, 2]


def test_events_of_a_newer_release_wait_for_its_worker(hooks: Hooks, monkeypatch: pytest.MonkeyPatch):
    receiver = hooks.receiver()
    hooks.active(receiver)
    send_numbered(hooks.partner, 1)
    with monkeypatch.context() as patch:
        patch.setattr("metaia.realtime.log.release.Release.is_older_than", lambda *_: True)
        hooks.forward()
        assert numbers(receiver) == []
    hooks.forward()
    assert numbers(receiver) == [1]


def test_a_restored_log_is_a_gap(hooks: Hooks):
    receiver = hooks.receiver()
    hooks.active(receiver)
    hooks.forward()
    with db.transaction():
        db.execute(text("UPDATE webhook_cursor SET epoch = 'another'"))
    send_numbered(hooks.partner, 1)
    hooks.forward()
    [gap] = [call for call in receiver.calls if call.type == "endpoint.gap"]
    assert gap.json["data"]["reason"] == "log_restored"
    send_numbered(hooks.partner, 2)
    hooks.forward()
    assert numbers(receiver) == [2]


def test_an_event_that_left_the_log_is_cancelled(hooks: Hooks):
    receiver = hooks.receiver()
    endpoint = hooks.active(receiver)
    receiver.reply = lambda call: (500, {}, b"")
    send_numbered(hooks.partner, 1)
    hooks.forward()
    with db.transaction():
        db.execute(
            text("UPDATE webhook_messages SET position = :position"),
            {"position": log_store.head().position + 999},
        )
    hooks.make_due()
    hooks.forward()
    assert [each["state"] for each in hooks.deliveries(endpoint)] == ["cancelled"]


def test_old_messages_are_deleted(hooks: Hooks):
    receiver = hooks.receiver()
    endpoint = hooks.active(receiver)
    send_numbered(hooks.partner, 1)
    hooks.forward()
    jobs.tidy()
    assert len(hooks.deliveries(endpoint)) == 1
    with db.transaction():
        db.execute(text("UPDATE webhook_messages SET created_at = now() - interval '30 days'"))
    jobs.tidy()
    assert hooks.deliveries(endpoint) == []
    attempts = text("SELECT count(*) FROM webhook_attempts WHERE endpoint_id = :id")
    assert db.fetch_value(attempts, {"id": endpoint["id"]}) == 0


def test_a_replay_sends_what_was_delivered_again_in_order(hooks: Hooks):
    receiver = hooks.receiver()
    endpoint = hooks.active(receiver)
    send_numbered(hooks.partner, 1, 2, 3)
    hooks.forward()
    path = f"/api/webhook-endpoints/{endpoint['id']}/replay"
    key = {"Idempotency-Key": new_id()}
    since = hooks.deliveries(endpoint)[0]["createdAt"]
    for _ in range(2):
        answer = hooks.partner.post(path, {"from": since}, headers=key)
        assert (answer.status_code, answer.json()["data"]["count"]) == (202, 3)
    failed = hooks.partner.post(path, {"from": since, "failedOnly": True})
    assert failed.json()["data"]["count"] == 0
    hooks.make_due()
    hooks.forward()
    assert sorted(numbers(receiver)) == [1, 1, 2, 2, 3, 3]
    assert len({call.id for call in receiver.events}) == 3
    wrong = hooks.partner.post(path, {"from": since, "to": since})
    assert wrong.status_code == 422

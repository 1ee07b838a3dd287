"""The time machine: what a stored call states and did, and what processing it again would change."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.webhooks import jobs
from metaia.webhooks.replays import jobs as replay_jobs
from metaia.webhooks.replays import service
from tests.providers.payments.stubs import razorpay, stripe
from tests.support.people import Person, World
from tests.webhooks.conftest import delivery, process, stored
from tests.webhooks.test_payment_facts import payment, send, story
from tests.webhooks.vendors import Vendors

WEBHOOKS = "/api/admin/webhooks"


@pytest.fixture(autouse=True)
def account(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(app.config, "RAZORPAY_WEBHOOK_SECRET", razorpay.WEBHOOK_SECRET)
    monkeypatch.setitem(app.config, "STRIPE_WEBHOOK_SECRET", stripe.WEBHOOK_SECRET)
    yield
    process()  # a call that waits would change the balances of other tests


@pytest.fixture
def books() -> razorpay.Books:
    return razorpay.Books(random.randrange(10**12))


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


def dump() -> Json:
    """Return a hash of the rows of each table, and the positions of all sequences."""
    tables = db.fetch_all(
        text("SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY relname")
    )
    hashed = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} AS t"
    found: Json = {row.relname: db.fetch_value(text(hashed.format(row.relname))) for row in tables}
    for row in db.fetch_all(text("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")):
        found[row.sequencename] = row.last_value
    return {name: value for name, value in found.items() if name not in BESIDE}


# What other parts of a running server write all the time.
BESIDE = frozenset({"relay_beat"})


def replayed(staff: Person, *, dry_run: bool, **chosen: Any) -> Json:
    answer = staff.post(f"{WEBHOOKS}/replay", {"dryRun": dry_run, **chosen})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]["replay"]
    return found


def ids_of(reference: str) -> list[str]:
    return [row.id for row in stored(reference)]


def test_a_call_shows_what_it_states_and_did(world: World, vendors: Vendors, books: razorpay.Books) -> None:
    paid, sent = story(books)
    for each in sent:
        send(vendors, each)
    process()
    staff = world.staff("support")
    page = staff.get(f"{WEBHOOKS}?q={paid['id']}&sort=receivedAt").json()["data"]["webhooks"]
    assert [each["type"] for each in page] == [
        "payment.authorized", "payment.captured", "refund.created", "refund.processed",
    ]  # fmt: skip
    assert {each["subject"] for each in page} == {paid["order_id"]}
    found = staff.get(f"{WEBHOOKS}/{page[1]['id']}").json()["data"]
    assert found["call"] == page[1]
    captured = next(each for each in found["facts"] if each["kind"] == "attempt")
    assert (captured["reference"], captured["status"], captured["amount"]) == (paid["id"], "captured", 10)
    assert [each["key"] for each in found["effects"]["postings"]] == [
        f"captured:razorpay:{paid['id']}", f"fee:razorpay:{paid['id']}",
    ]  # fmt: skip
    assert [each["type"] for each in found["effects"]["events"]] == ["payment.updated"]
    assert found["tries"] == {"count": 1, "error": None, "nextAt": None}


@pytest.mark.parametrize(
    "query",
    [
        "type=payment.captured",
        "subject={order}",
        "source=razorpay&state=digested",
        "from={before}",
        "to={after}",
    ],
)
def test_filters_find_a_call(admin: Person, vendors: Vendors, books: razorpay.Books, query: str) -> None:
    paid, sent = story(books)
    send(vendors, sent[1])
    process()
    query = query.format(order=paid["order_id"], before="2026-01-01T00:00:00Z", after="2199-01-01T00:00:00Z")
    page = admin.get(f"{WEBHOOKS}?{query}").json()["data"]["webhooks"]
    assert page[0]["subject"] == paid["order_id"]
    none = admin.get(f"{WEBHOOKS}?q={paid['id']}&to=2020-01-01T00:00:00Z").json()["data"]["webhooks"]
    assert none == []


def test_only_super_admins_read_a_body_and_the_audit_log_has_it(
    world: World, admin: Person, vendors: Vendors, books: razorpay.Books
) -> None:
    paid, sent = story(books)
    send(vendors, sent[0])
    (call,) = ids_of(paid["id"])
    assert admin.get(f"{WEBHOOKS}/{call}/body").status_code == 403
    best = world.staff("super_admin")
    body = best.get(f"{WEBHOOKS}/{call}/body").json()["data"]["body"]
    assert body["text"].encode() == sent[0][0]
    read = db.fetch_all(
        text("SELECT actor_id FROM audit_log WHERE action = 'webhook.body_read' AND subject = :subject"),
        {"subject": f"webhook-{call}"},
    )
    assert [row.actor_id for row in read] == [best.id]


def test_contents_go_after_their_time_and_facts_stay(
    app: Flask, world: World, vendors: Vendors, books: razorpay.Books
) -> None:
    paid, sent = story(books)
    send(vendors, sent[1])
    process()
    (call,) = ids_of(paid["id"])

    def age(days: int) -> Any:
        with db.transaction():
            statement = (
                "UPDATE webhook_inbox SET received_at = now() - make_interval(days => :days) WHERE id = :id"
            )
            db.execute(text(statement), {"days": days, "id": call})
        jobs.tidy()
        return db.fetch_one(text("SELECT * FROM webhook_inbox WHERE id = :id"), {"id": call})

    assert age(399).body is not None
    row = age(401)
    assert (row.body, len(row.key), row.headers) == (None, 64, {})
    assert row.facts
    best = world.staff("super_admin")
    assert best.get(f"{WEBHOOKS}/{call}/body").status_code == 410
    found = replayed(best, ids=[call], dry_run=True)
    assert found["failed"] == [{"id": call, "because": "its content is not stored any more"}]


def test_a_dry_run_shows_what_a_lost_call_would_have_done(
    admin: Person, vendors: Vendors, books: razorpay.Books
) -> None:
    paid, sent = story(books)
    for each in sent:
        send(vendors, each)
    calls = ids_of(paid["id"])
    before = dump()
    found = replayed(admin, ids=calls, dry_run=True)
    assert dump() == before
    assert (found["dryRun"], found["calls"], found["state"], found["failed"]) == (True, 4, "done", [])
    changes = {(each["subject"], each["field"]): each["after"] for each in found["changes"]}
    name = f"payment:razorpay:{paid['order_id']}"
    assert changes[name, "status"] == "partially_refunded"
    assert (changes[name, "captured"], changes[name, "refunded"]) == (10, 3)
    assert f"captured:razorpay:{paid['id']}" in {each["key"] for each in found["postings"]}
    assert {each["type"] for each in found["wouldTell"]} == {"payment.updated", "refund.updated"}
    assert {each["subject"] for each in found["wouldTell"]} == {"payment-new", "refund-new"}
    assert payment(paid["order_id"]) is None
    assert admin.get(f"{WEBHOOKS}/replays/{found['id']}").status_code == 404


def test_a_replay_for_real_does_it_and_the_audit_log_has_what(
    admin: Person, vendors: Vendors, books: razorpay.Books
) -> None:
    paid, sent = story(books)
    for each in sent:
        send(vendors, each)
    found = replayed(admin, ids=ids_of(paid["id"]), dry_run=False)
    assert payment(paid["order_id"]).status == "partially_refunded"
    assert [(row.replayed, row.digested_at is None) for row in stored(paid["id"])] == [(1, False)] * 4
    assert admin.get(f"{WEBHOOKS}/replays/{found['id']}").json()["data"]["replay"] == found
    (entry,) = db.fetch_all(
        text("SELECT after FROM audit_log WHERE subject = :subject"), {"subject": f"replay-{found['id']}"}
    )
    assert entry.after["newFacts"] == found["newFacts"] > 0
    again = replayed(admin, ids=ids_of(paid["id"]), dry_run=False)
    assert (again["newFacts"], again["changes"], again["postings"], again["wouldTell"]) == (0, [], [], [])


def test_messages_are_replayed_too(admin: Person, vendors: Vendors, sent: Any) -> None:
    row = sent()
    vendors.twilio(delivery=row.id, MessageSid=row.reference, MessageStatus="delivered")
    (call,) = ids_of(row.reference)
    before = dump()
    found = replayed(admin, ids=[call], dry_run=True)
    assert dump() == before
    assert {
        "subject": f"delivery:{row.id}",
        "field": "status",
        "before": "sent",
        "after": "delivered",
    } in found["changes"]
    assert delivery(row.id).status == "sent"
    replayed(admin, ids=[call], dry_run=False)
    assert delivery(row.id).status == "delivered"
    (fact,) = admin.get(f"{WEBHOOKS}/{call}").json()["data"]["facts"]
    assert (fact["kind"], fact["status"], fact["delivery"]) == ("message", "delivered", row.id)


def test_a_call_that_fails_costs_no_other_its_replay(
    admin: Person, vendors: Vendors, books: razorpay.Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid, sent = story(books)
    send(vendors, sent[1])
    marker = f"SM{new_id()}"
    vendors.twilio(MessageSid=marker, MessageStatus="delivered")
    with db.transaction():
        db.execute(
            text("UPDATE webhook_inbox SET body = 'MessageStatus=sent' WHERE id = :id"),
            {"id": ids_of(marker)[0]},
        )
    bad = db.fetch_value(text("SELECT id FROM webhook_inbox WHERE body = 'MessageStatus=sent' LIMIT 1"))
    found = replayed(admin, ids=[bad, *ids_of(paid["id"])], dry_run=False)
    assert [each["id"] for each in found["failed"]] == [bad]
    assert payment(paid["order_id"]).status == "completed"
    with db.transaction():
        db.execute(text("DELETE FROM webhook_inbox WHERE id = :id"), {"id": bad})


def test_what_is_locked_is_not_waited_for(
    app: Flask, admin: Person, vendors: Vendors, books: razorpay.Books
) -> None:
    paid, sent = story(books)
    send(vendors, sent[0])
    process()
    send(vendors, sent[1])
    calls = ids_of(paid["id"])
    with db.transaction():
        db.execute(text("SELECT 1 FROM payments WHERE reference = :id FOR UPDATE"), {"id": paid["order_id"]})
        answer = admin.post(f"{WEBHOOKS}/replay", {"ids": calls, "dryRun": True})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "replay_busy")
    assert replayed(admin, ids=calls, dry_run=True)["newFacts"] > 0


def test_many_calls_are_replayed_by_a_job(
    admin: Person, vendors: Vendors, books: razorpay.Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 2)
    paid, sent = story(books)
    for each in sent:
        send(vendors, each)
    for dry_run in (True, False):
        answer = admin.post(f"{WEBHOOKS}/replay", {"ids": ids_of(paid["id"]), "dryRun": dry_run})
        assert (answer.status_code, answer.json()["data"]["replay"]["state"]) == (202, "waiting")
        path = f"{WEBHOOKS}/replays/{answer.json()['data']['replay']['id']}"
        replay_jobs.work_off()
        found = admin.get(path).json()["data"]["replay"]
        assert (found["state"], found["left"], found["calls"]) == ("done", 0, 4)
        assert found["newFacts"] > 0
        status = payment(paid["order_id"])
        assert (status is None) == dry_run


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"ids": []},
        {"ids": ["x"]},
        {"source": "razorpay"},
        {"source": "razorpay", "from": "2026-01-01T00:00:00Z"},
        {"ids": [new_id()], "source": "razorpay"},
        {"source": "razorpay", "from": "x", "to": "2026-01-01T00:00:00Z"},
        {"source": "razorpay", "from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z", "state": "new"},
    ],
    ids=str,
)
def test_a_choice_that_makes_no_sense_is_refused(admin: Person, chosen: Json) -> None:
    assert admin.post(f"{WEBHOOKS}/replay", {"dryRun": True, **chosen}).status_code == 422


def test_too_many_and_unknown_calls_are_refused(
    admin: Person, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert admin.post(f"{WEBHOOKS}/replay", {"ids": [new_id()], "dryRun": True}).status_code == 404
    monkeypatch.setattr(service, "MOST", 1)
    marker = f"SM{new_id()}"
    for status in ("sent", "delivered"):
        vendors.twilio(MessageSid=marker, MessageStatus=status)
    answer = admin.post(f"{WEBHOOKS}/replay", {"ids": ids_of(marker), "dryRun": True})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "replay_too_large")

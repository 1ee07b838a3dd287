"""The trace of a notification: cause, decisions, attempts and receipts."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now, rfc3339
from metaia.notifications.delivery import attempts, claims, receipts
from metaia.notifications.delivery import queries as delivery_queries
from metaia.notifications.delivery.receipts import ProviderReceipt
from metaia.providers.messaging import failover
from tests.notifications.delivery.test_channels import device
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline
from tests.support.smtp_server import Mailbox
from tests.support.vendors import Vendors
from tests.support.waiting import until

Json = dict[str, Any]
PATH = "/api/admin/notifications"


@pytest.fixture
def support(world: World) -> Person:
    return world.staff("support")


def found(support: Person, person: Person, **query: str) -> list[Json]:
    answer = support.get(PATH, params={"userId": person.id} | query)
    notes: list[Json] = answer.json()["data"]["notifications"]
    return [note for note in notes if note["type"] != "verify_email"]  # the first mail of each user


def traced(support: Person, person: Person, kind: str) -> Json:
    (note,) = found(support, person, type=kind)
    trace: Json = support.get(f"{PATH}/{note['id']}/trace").json()["data"]["trace"]
    return trace


def refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_it_goes_from_the_cause_to_the_eye(
    pipeline: Pipeline, vendors: Vendors, world: World, customer: Person, support: Person
) -> None:
    tailor, request_id = world.person("tailor"), str(uuid.uuid4())
    registration = device(customer, "fcm", f"registration-{uuid.uuid4()}")
    order = customer.order(partnerId=tailor.id)
    path, headers = f"/api/orders/{order['id']}/ready", {"X-Request-ID": request_id}
    tailor.act(order, "accept")
    assert tailor.patch(path, {}, headers=headers).status_code == 200
    pipeline.run()
    sms = pipeline.only(customer, "sms")
    told = ProviderReceipt(
        "twilio", "k", "delivered", "delivered", now(), reference=sms.reference, detail="carrier"
    )
    with db.transaction():
        receipts.store([told])
    note = found(support, customer, type="order_ready")[0]
    customer.put(f"/api/notifications/{note['id']}/click")

    until(lambda: traced(support, customer, "order_ready")["cause"]["events"])
    trace = traced(support, customer, "order_ready")
    cause, shown = trace["cause"], trace["notification"]
    assert (cause["subject"], cause["requestId"]) == (f"order-{order['id']}", request_id)
    assert (cause["actorId"], cause["actorRole"], cause["campaignId"]) == (tailor.id, "tailor", None)
    assert (cause["actorName"], cause["subjectName"]) == (tailor.user["name"], order["orderNumber"])
    assert trace["audience"]["name"] == customer.user["name"]
    assert found(support, customer, type="order_ready")[0]["userName"] == customer.user["name"]
    types = [event["type"] for event in cause["events"]]
    assert types.index("order.updated") < types.index("notification.created")
    assert [e["position"] for e in cause["events"]] == sorted(e["position"] for e in cause["events"])
    assert (trace["audience"]["userId"], trace["audience"]["role"]) == (customer.id, "customer")
    assert shown["createdAt"] < shown["plannedAt"] < shown["readAt"] <= shown["clickedAt"]
    ways = {each["channel"]: each for each in trace["deliveries"]}
    assert {name: (way["status"], way["provider"]) for name, way in ways.items()} == {
        "email": ("sent", "smtp"),
        "sms": ("delivered", "twilio"),
        "push": ("sent", "fcm"),
    }
    assert ways["push"]["address"] == registration, "a device's own token is a secret"
    ((tried,), (said,)) = ways["sms"]["attempts"], ways["sms"]["receipts"]
    assert (tried["number"], tried["provider"], tried["outcome"]) == (1, "twilio", "sent")
    assert tried["milliseconds"] >= 0
    assert (said["status"], said["detail"]) == ("delivered", "carrier")
    assert ways["email"]["receipts"] == []


def test_it_says_why_a_channel_was_not_used_or_has_to_wait(
    pipeline: Pipeline, vendors: Vendors, customer: Person, support: Person, phone: str
) -> None:
    wall = datetime.now().astimezone(now().tzinfo)
    quiet = {"from": f"{wall - timedelta(hours=1):%H:%M}", "until": f"{wall + timedelta(hours=2):%H:%M}"}
    wishes = {"off": {"order": ["email"]}, "quietHours": quiet}
    assert customer.patch("/api/notifications/preferences", wishes).ok
    pipeline.notify(customer, "order_ready")
    pipeline.run()
    decided = {
        each["channel"]: (each["status"], each["reason"], each["attempts"])
        for each in traced(support, customer, "order_ready")["deliveries"]
    }
    assert decided == {
        "email": ("suppressed", "preference", []),
        "sms": ("queued", "quiet_hours", []),
        "push": ("suppressed", "no_device", []),
    }


def test_each_step_keeps_its_reason(
    pipeline: Pipeline, customer: Person, support: Person, smtp: Mailbox, vendors: Vendors
) -> None:
    wall = now()
    quiet = {"from": f"{wall - timedelta(hours=1):%H:%M}", "until": f"{wall + timedelta(hours=2):%H:%M}"}
    assert customer.patch("/api/notifications/preferences", {"quietHours": quiet}).ok
    pipeline.notify(customer, "order_accepted")
    for _ in range(2):  # the same answer the second time
        pipeline.run()
        pipeline.end_pauses(customer)
    assert customer.patch("/api/notifications/preferences", {"quietHours": None}).ok
    smtp.answer = "450 busy"
    for _ in range(2):
        pipeline.run()
        pipeline.end_pauses(customer)
    for _ in range(failover.FAILURES_TO_OPEN):
        pipeline.failover.breakers["smtp"].failed()
    for _ in range(3):
        pipeline.run()
        pipeline.end_pauses(customer)
    pipeline.failover.breakers["smtp"].succeeded()
    attempts.start(delivery_queries.to_send(claims.claim(pipeline.queue)), "smtp", 0)
    pipeline.expire_lease(customer)
    claims.reclaim()
    smtp.answer = "550 no"
    pipeline.run()
    mail = pipeline.only(customer, "email")
    with db.transaction():
        db.execute(
            text("DELETE FROM address_suppressions WHERE address = :address"), {"address": mail.address}
        )
    smtp.answer = None
    assert support.post(f"{PATH}/deliveries/{mail.id}/retry").ok
    pipeline.run()
    (traced_mail,) = [
        each
        for each in traced(support, customer, "order_accepted")["deliveries"]
        if each["channel"] == "email"
    ]
    steps = traced_mail["steps"]
    assert [(step["status"], step["reason"], step["attempts"]) for step in steps] == [
        ("queued", "quiet_hours", 0),
        ("queued", "retry", 1),
        ("queued", "retry", 2),
        ("queued", "provider_away", 2),
        ("queued", "worker_lost", 3),
        ("queued", "retried", 4),
    ]
    assert [step["at"] for step in steps] == sorted(step["at"] for step in steps)
    assert steps[0]["dueAt"] > steps[0]["at"], "until the morning"
    assert steps[-1]["dueAt"] == steps[-1]["at"], "at once"
    assert (traced_mail["status"], len(traced_mail["attempts"])) == ("sent", 5)


def test_before_it_is_planned_there_is_only_the_cause(
    pipeline: Pipeline, customer: Person, support: Person
) -> None:
    pipeline.notify(customer, "order_ready")
    trace = traced(support, customer, "order_ready")
    assert (trace["deliveries"], trace["notification"]["plannedAt"]) == ([], None)


def test_what_its_user_has_deleted_is_still_there_for_support(
    pipeline: Pipeline, customer: Person, support: Person
) -> None:
    pipeline.notify(customer, "order_ready")
    note = customer.get("/api/notifications").json()["data"]["notifications"][0]
    customer.delete(f"/api/notifications/{note['id']}")
    assert traced(support, customer, "order_ready")["notification"]["deletedAt"] is not None


def test_staff_find_notifications_by_what_they_know(
    pipeline: Pipeline, vendors: Vendors, customer: Person, support: Person
) -> None:
    order = uuid.uuid4()
    pipeline.notify(customer, "order_ready")
    pipeline.notify(customer, "order_dispatched", orderId=str(order))
    pipeline.run()
    newest, oldest = found(support, customer)
    assert [newest["type"], oldest["type"]] == ["order_dispatched", "order_ready"]
    assert {each["channel"]: each["status"] for each in newest["deliveries"]} == {"push": "suppressed"}
    for query, expected in (
        ({"type": "order_ready"}, [oldest]),
        ({"status": "sent"}, [oldest]),
        ({"status": "suppressed"}, [newest, oldest]),
        ({"status": "suppressed", "channel": "email"}, []),
        ({"email": customer.user["email"].upper()}, [newest, oldest]),
        ({"email": "nobody@test.example"}, []),
        ({"to": rfc3339(now() - timedelta(hours=1))}, []),
        ({"subject": "order-1"}, []),
        ({"campaignId": str(uuid.uuid4())}, []),
        ({"limit": "1"}, [newest]),
    ):
        assert found(support, customer, **query) == expected, query
    first = support.get(PATH, params={"userId": customer.id, "limit": 1}).json()["meta"]["nextCursor"]
    assert found(support, customer, limit="1", cursor=first) == [oldest]


@pytest.fixture
def failed(pipeline: Pipeline, vendors: Vendors, customer: Person, phone: str) -> Json:
    """Give an SMS that the vendor has refused permanently."""
    vendors.stub.gone[phone] = "21211"
    pipeline.notify(customer, "order_ready")
    pipeline.run()
    row = pipeline.only(customer, "sms")
    assert row.status == "failed"
    return {"id": row.id}


def test_what_has_failed_can_be_tried_again_once(
    pipeline: Pipeline, vendors: Vendors, customer: Person, support: Person, failed: Json, phone: str
) -> None:
    path, key = f"{PATH}/deliveries/{failed['id']}/retry", {"Idempotency-Key": str(uuid.uuid4())}
    del vendors.stub.gone[phone]
    with db.transaction():
        db.execute(text("DELETE FROM address_suppressions WHERE address = :phone"), {"phone": phone})
    answer = support.post(path, headers=key)
    delivery = answer.json()["data"]["delivery"]
    assert (delivery["id"], delivery["status"], delivery["reason"]) == (failed["id"], "queued", "retried")
    assert support.post(path, headers=key).json() == answer.json()
    refused(support.post(path), 409, "not_failed")
    pipeline.run()
    assert pipeline.only(customer, "sms").status == "sent"
    assert len(vendors.stub.to(phone)) == 1
    (entry,) = db.fetch_all(
        text("SELECT * FROM audit_log WHERE subject = :subject"), {"subject": f"delivery-{failed['id']}"}
    )
    assert (entry.action, entry.actor_id) == ("delivery.retried", support.id)


def test_all_of_it_is_for_staff(world: World, customer: Person, failed: Json, support: Person) -> None:
    (note,) = found(support, customer, type="order_ready")
    calls = [("GET", ""), ("GET", "/stats"), ("GET", f"/{note['id']}/trace")]
    calls.append(("POST", f"/deliveries/{failed['id']}/retry"))
    for method, path in calls:
        for who in (customer, world.person("tailor"), world.person("delivery")):
            refused(who.call(method, PATH + path), 403, "forbidden")
        assert world.call(method, PATH + path).status_code == 401
        for role in ("admin", "super_admin"):
            assert world.staff(role).call(method, PATH + path).status_code in {200, 409}


def test_what_is_not_there(support: Person) -> None:
    for nobody in (uuid.uuid4(), "x", "1' OR 1=1"):
        refused(support.get(f"{PATH}/{nobody}/trace"), 404, "not_found")
        refused(support.post(f"{PATH}/deliveries/{nobody}/retry"), 404, "not_found")


BAD = [
    "userId=x",
    "status=lost",
    "channel=pigeon",
    "from=yesterday",
    "from=2024-01-01T00:00:00",
    "from=2024-01-01T00:00:00Z",
    "from=2024-01-02T00:00:00Z&to=2024-01-01T00:00:00Z",
    "from=2024-01-02T00:00:00Z&to=2024-01-02T00:00:00Z",
    "to=9999-12-31T23:59:59-14:00",
    "to=0001-01-01T00:00:00Z",
    "limit=0",
    "cursor=x",
    "sort=title",
    "type=%00",
    "q=x",
]


@pytest.mark.parametrize("query", BAD)
def test_a_search_that_is_none_is_refused(support: Person, query: str) -> None:
    refused(support.get(f"{PATH}?{query}"), 422, "invalid")


@pytest.mark.parametrize("query", ["by=user", "by=", "by=day,day,day,day,day", *BAD[3:10]])
def test_numbers_of_what_is_none_are_refused(support: Person, query: str) -> None:
    refused(support.get(f"{PATH}/stats?{query}"), 422, "invalid")


def test_statistics_count_deliveries_and_people_of_a_time(
    pipeline: Pipeline, vendors: Vendors, customer: Person, support: Person, smtp: Mailbox
) -> None:
    since = rfc3339(now())
    for _ in range(2):
        pipeline.notify(customer, "order_ready")
    pipeline.notify(customer, "order_dispatched")
    pipeline.run()
    customer.put("/api/notifications/read-all")

    def stats(**query: Any) -> Json:
        data: Json = support.get(f"{PATH}/stats", params={"from": since} | query).json()["data"]
        return data

    by_all = stats(by="type,channel,provider,day")["counts"]
    assert {(each["type"], each["channel"], each["provider"], each["total"]) for each in by_all} == {
        ("order_dispatched", "push", None, 1),
        ("order_ready", "email", "smtp", 2),
        ("order_ready", "push", None, 2),
        ("order_ready", "sms", "twilio", 2),
    }
    assert {each["day"] for each in by_all} <= {f"{now():%Y-%m-%d}", str(since)[:10]}
    usual = stats()
    assert [(each["channel"], each["sent"], each["suppressed"]) for each in usual["counts"]] == [
        ("email", 2, 0),
        ("push", 0, 3),
        ("sms", 2, 0),
    ]
    reached = {name: number for name, number in usual["funnel"].items() if number}
    assert reached == {"recipients": 3, "sent": 2, "seen": 3, "suppressed": 1}
    assert stats(to=rfc3339(now() + timedelta(days=1)))["counts"] == usual["counts"]
    empty = stats(**{"from": "1999-01-01T00:00:00Z", "to": "1999-04-03T00:00:00Z"})
    assert (empty["counts"], set(empty["funnel"].values())) == ([], {0})

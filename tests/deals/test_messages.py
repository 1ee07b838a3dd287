"""Messages in the timeline of a deal: as they are now, and only for those who see them in the conversation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.deals.policy import KINDS as ALL_KINDS
from metaia.deals.timeline import kinds
from metaia.deals.timeline import service as timeline_service
from metaia.deals.timeline.kinds import Ref, Shown, View
from metaia.realtime import events
from tests.deals.conftest import begin, deal_of, page, said, timeline
from tests.orders.conftest import Cast
from tests.support import chats
from tests.support.people import Person
from tests.support.plans import statements
from tests.support.waiting import until

AUDITED = text("SELECT count(*) FROM audit_log WHERE action = 'chat.read' AND actor_id = :id")


def texts(person: Person, deal_id: str, **query: Any) -> list[str | None]:
    """Return the texts of the messages in a timeline."""
    return [entry["message"]["text"] for entry in timeline(person, deal_id, kinds="message", **query)]


def written(deal_id: str, person: Person, count: int) -> None:
    """Wait until a timeline has so many entries."""
    until(lambda: len(page(person, deal_id, limit=100)["data"]["entries"]) >= count)


def negotiate(cast: Cast) -> Json:
    """Return an offer that the tailor has countered and the customer accepts, payable on delivery; the order of it."""
    item = {"name": "Linen", "quantity": 2, "price": 100}
    body = {"recipientId": cast.tailor.id, "items": [item], "terms": {"paymentTerms": "on_delivery"}}
    answer = cast.customer.post("/api/offers", body)
    assert answer.status_code == 201, answer.text
    offer: Json = answer.json()["data"]["offer"]
    counter = {"items": [item | {"price": 120}], "expectedVersion": offer["version"]}
    countered: Json = cast.tailor.patch(f"/api/offers/{offer['id']}/counter", counter).json()["data"]["offer"]
    return countered


@pytest.fixture
def tracked(app: Flask) -> Iterator[dict[str, Shown]]:
    """Give the kind `tracking`, as the domain of a carrier would register it: what entries show, by their refs."""
    found: dict[str, Shown] = {}

    def fetch(_: View, refs: Sequence[Ref]) -> dict[str, Shown]:
        return {ref.text: found[ref.text] for ref in refs if ref.text in found}

    kinds.KINDS.register(app, "tracking", fetch)
    yield found
    del kinds.KINDS.of(app)["tracking"]


def test_one_timeline_for_everything_that_happens_in_a_deal(cast: Cast, tracked: dict[str, Shown]) -> None:
    """Case 30: chat, offer, counter-offer, order, payment, a late scan of a parcel, an edited and a deleted message."""
    offer = negotiate(cast)
    deal_id = offer["dealId"]
    conversation = begin(cast.customer, offerId=offer["id"])
    first = chats.send(cast.customer, conversation, "Is that the last price?")
    second = chats.send(cast.tailor, conversation, "A secret of the house")
    answer = cast.customer.patch(f"/api/offers/{offer['id']}/accept", {"expectedVersion": offer["version"]})
    assert answer.status_code == 200, answer.text
    order = answer.json()["data"]["order"]
    assert (order["dealId"], deal_of(cast.customer, deal_id)["stage"]) == (deal_id, "ordered")
    order = cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    for person, action in ((cast.tailor, "prepare"), (cast.tailor, "ready"), (cast.courier, "dispatch")):
        order = person.act(order, action)
    last = chats.send(cast.courier, conversation, "I am at the door")
    order = cast.courier.act(order, "deliver")
    scan = "tracking:1:scan"
    tracked[scan] = Shown(
        "delivered", {"tracking": {"place": "Kochi"}, "occurredAt": rfc3339(now() - timedelta(days=1))}
    )
    with db.transaction():
        payload: dict[str, Any] = {
            "type": "test",
            "title": "",
            "message": "",
            "data": {},
            "actions": [],
            "createdAt": rfc3339(now()),
        }
        events.record(
            "notification.created", payload | {"id": order["id"]}, audience=[], thread=deal_id, ref=scan
        )
    cast.customer.patch(f"/api/chat/messages/{first['id']}", {"text": "Is that your last price?"})
    assert cast.tailor.delete(f"/api/chat/messages/{second['id']}").status_code == 200
    written(deal_id, cast.customer, 15)

    entries = timeline(cast.customer, deal_id, limit=4)
    assert [entry for entry in said(entries) if entry.split()[0] not in ("people", "payment")] == [
        "offer create", "offer counter", "message sent", "message sent", "offer accept", "order create",
        "order assign", "order prepare", "order ready", "order dispatch", "message sent", "order deliver",
        "order payment", "tracking delivered",
    ]  # fmt: skip
    assert said(entries)[-1] == "tracking delivered"
    assert entries[-1]["occurredAt"] < entries[-2]["at"]
    assert [entry["id"] for entry in timeline(cast.tailor, deal_id)] == [entry["id"] for entry in entries]
    assert [
        entry["id"] for entry in timeline(cast.support, deal_id, kinds="offer,order,payment,tracking")
    ] == [entry["id"] for entry in entries if entry["kind"] not in ("message", "people")]
    shown = {entry["message"]["id"]: entry["message"] for entry in entries if entry["kind"] == "message"}
    assert (shown[first["id"]]["text"], shown[second["id"]]["text"]) == ("Is that your last price?", None)
    assert shown[second["id"]]["deletedAt"]
    assert "A secret of the house" not in str(entries)
    prices = [entry["offer"]["total"] for entry in entries if entry["kind"] == "offer"]
    assert prices == [200, 240, 240]

    seen = timeline(cast.courier, deal_id)
    assert {entry["kind"] for entry in seen} <= {"message", "people", "order", "tracking"}
    assert [entry["message"]["id"] for entry in seen if entry["kind"] == "message"] == [last["id"]]
    assert said(seen)[-1] == "tracking delivered"


def test_messages_are_for_those_that_see_them_in_the_conversation(cast: Cast) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id)
    conversation = begin(cast.customer, orderId=order["id"])
    for number in range(3):
        chats.send(cast.customer, conversation, f"text {number}")
    written(order["id"], cast.customer, 4)
    everything = [f"text {number}" for number in range(3)]
    assert texts(cast.customer, order["id"]) == texts(cast.tailor, order["id"]) == everything
    assert deal_of(cast.tailor, order["id"])["unread"] == 3
    assert cast.tailor.post(f"/api/chat/conversations/{conversation}/clear").status_code == 200
    assert texts(cast.tailor, order["id"]) == []
    assert texts(cast.customer, order["id"]) == everything


def test_staff_reads_messages_of_others_with_a_reason_that_is_audited(cast: Cast) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id)
    conversation = begin(cast.tailor, dealId=order["dealId"])
    chats.send(cast.customer, conversation, "between us")
    written(order["id"], cast.customer, 2)
    for person in (cast.support, cast.admin):
        assert texts(person, order["id"]) == []
        assert "between us" not in str(deal_of(person, order["id"]))
        assert db.fetch_value(AUDITED, {"id": person.id}) == 0
        found = page(person, order["id"], reason="A complaint of the customer")["data"]["entries"]
        assert [entry["message"]["text"] for entry in found if entry["kind"] == "message"] == ["between us"]
        assert db.fetch_value(AUDITED, {"id": person.id}) == 1
    assert texts(cast.customer, order["id"], reason="mine") == ["between us"]
    assert db.fetch_value(AUDITED, {"id": cast.customer.id}) == 0


def test_staff_that_has_left_reads_with_a_reason_again(cast: Cast) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id)
    conversation = begin(cast.tailor, dealId=order["dealId"])
    chats.send(cast.customer, conversation, "before")
    path = f"/api/chat/conversations/{conversation}"
    joined = cast.support.post(f"{path}/join", {"reason": "A complaint"})
    assert joined.ok, joined.text
    chats.send(cast.customer, conversation, "while here")
    written(order["id"], cast.customer, 4)
    audited = db.fetch_value(AUDITED, {"id": cast.support.id})
    seen = texts(cast.support, order["id"])
    assert seen[-1] == "while here"
    assert texts(cast.support, order["id"], reason="Not needed") == seen
    assert db.fetch_value(AUDITED, {"id": cast.support.id}) == audited
    assert cast.support.post(f"{path}/leave").ok
    chats.send(cast.customer, conversation, "after")
    written(order["id"], cast.customer, 6)
    assert texts(cast.support, order["id"]) == seen
    found = page(cast.support, order["id"], kinds="message", reason="It goes on")["data"]["entries"]
    assert [entry["message"]["text"] for entry in found] == ["before", "while here", "after"]
    assert db.fetch_value(AUDITED, {"id": cast.support.id}) == audited + 1


def test_a_timeline_does_not_read_the_offer_of_its_order(app: Flask, cast: Cast) -> None:
    offer = negotiate(cast)
    given = {"expectedVersion": offer["version"]}
    assert cast.customer.patch(f"/api/offers/{offer['id']}/accept", given).ok
    assert deal_of(cast.tailor, offer["dealId"])["offer"]["id"] == offer["id"]
    viewer, query = Actor(cast.tailor.id, "tailor", "", 0), {"before": None, "after": None, "reason": None}
    with app.app_context(), statements() as found:
        timeline_service.page(viewer, offer["dealId"], query | {"kinds": ["order"], "limit": 9})
    assert found
    assert [sql for sql, _ in found if "FROM offers" in sql] == []


def test_every_part_sees_its_kinds_and_strangers_nothing(cast: Cast) -> None:
    """Role × relation × kind, of one deal with everything."""
    offer = negotiate(cast)
    conversation = begin(cast.tailor, offerId=offer["id"])
    given = {"expectedVersion": offer["version"]}
    order = cast.customer.patch(f"/api/offers/{offer['id']}/accept", given).json()["data"]["order"]
    order = cast.tailor.act(order, "assign", deliveryPartnerId=cast.foreign_courier.id)
    order = cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    for person, action in ((cast.tailor, "prepare"), (cast.tailor, "ready"), (cast.courier, "dispatch")):
        order = person.act(order, action)
    cast.courier.act(order, "deliver")
    chats.send(cast.customer, conversation, "Thank you")
    written(order["dealId"], cast.customer, 12)
    whole = {"message", "people", "offer", "order", "payment"}
    without_messages = {"offer", "order", "payment"}
    visible: dict[str, set[str] | None] = {
        "customer": whole, "tailor": whole, "courier": {"message", "people", "order"}, "support": without_messages,
        "admin": without_messages, "super_admin": without_messages, "foreign_customer": None, "foreign_tailor": None,
        "foreign_courier": None,
    }  # fmt: skip
    for name, person in cast.everyone().items():
        for kind in ALL_KINDS:
            answer = person.get(
                f"/api/deals/{order['dealId']}/timeline", params={"kinds": kind, "limit": 100}
            )
            expected = visible[name]
            assert answer.status_code == (403 if expected is None else 200), (name, kind)
            if expected is not None:
                found = {entry["kind"] for entry in answer.json()["data"]["entries"]}
                assert found == expected & {kind}, (name, kind)
        assert person.get(f"/api/deals/{order['dealId']}").status_code == (
            403 if visible[name] is None else 200
        )
        listed = [
            deal["id"] for deal in person.get("/api/deals", params={"limit": 100}).json()["data"]["deals"]
        ]
        assert (order["dealId"] in listed) == (visible[name] is not None), name

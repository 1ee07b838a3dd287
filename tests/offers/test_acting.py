"""Making and answering offers."""

from __future__ import annotations

from typing import Any

import gevent
import pytest
from sqlalchemy import text

from metaia.chat.conversations.create import begin
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.offers.conftest import ITEMS, Negotiation, act, acted, refusal
from tests.support.people import World
from tests.support.waiting import until

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def test_an_acceptance_is_an_order(deal: Negotiation) -> None:
    screen = deal.seller.socket()
    offer = deal.make(
        total=12000, terms={"paymentTerms": "on_delivery", "notes": "By Friday."}, message="As last year."
    )
    assert (offer["status"], offer["turn"], offer["total"], offer["adjustment"]) == (
        "pending",
        deal.seller.id,
        12000,
        -400,
    )
    assert offer["allowedActions"] == ["revise", "withdraw"]
    [created] = screen.wait("offer:created")
    assert created["offer"]["allowedActions"] == ["accept", "counter", "reject"]
    answer = act(deal.seller, offer, "accept", message="Gladly.").json()["data"]
    order = answer["order"]
    assert answer["offer"]["status"] == "accepted"
    assert (answer["offer"]["orderId"], answer["offer"]["orderNumber"]) == (order["id"], order["orderNumber"])
    assert answer["offer"]["allowedActions"] == []
    assert (order["status"], order["total"], order["adjustment"]) == ("accepted", 12000, -400)
    assert (order["offerId"], order["dealId"]) == (offer["id"], offer["dealId"])
    assert order["items"] == [{"id": "1", "name": "Linen", "quantity": 40, "price": 310, "unit": "metres"}]
    assert (order["payment"]["method"], order["payment"]["due"]) == ("cod", 12000)
    assert order["notes"] == "By Friday."
    assert order["acceptBy"] is None
    screen.wait("offer:updated")
    screen.wait("order_update")
    names = [name for name, _ in screen.heard]
    assert names.index("offer:updated") < names.index("order_update")
    refs = db.fetch_all(
        text("SELECT ref FROM event_threads WHERE thread = :id ORDER BY position"), {"id": offer["dealId"]}
    )
    assert [row.ref for row in refs] == [
        f"offer:{offer['id']}:1",
        f"offer:{offer['id']}:2",
        f"order:{order['id']}:1",
    ]
    assert deal.buyer.get(f"/api/orders/{order['id']}").json()["data"]["order"]["total"] == 12000


def test_each_counter_exchanges_the_sides(deal: Negotiation) -> None:
    offer = deal.make(message="First.")
    countered = acted(deal.seller, offer, "counter", items=[ITEMS[0] | {"price": 330}], message="Second.")
    assert (countered["status"], countered["round"], countered["turn"]) == ("countered", 2, deal.buyer.id)
    assert (countered["total"], countered["message"]) == (13200, "Second.")
    assert refusal(act(deal.seller, countered, "accept")) == (409, "illegal_transition")
    revised = acted(deal.seller, countered, "revise", terms={"deliverBy": "2031-01-02"})
    assert (revised["status"], revised["round"], revised["turn"]) == ("countered", 3, deal.buyer.id)
    assert (revised["total"], revised["message"]) == (13200, None)
    back = acted(deal.buyer, revised, "counter", adjustment=-200)
    assert (back["total"], back["terms"]["deliverBy"]) == (13000, "2031-01-02")
    data = deal.buyer.get(f"/api/offers/{offer['id']}/history").json()["data"]
    assert [each["total"] for each in data["rounds"]] == [12400, 13200, 13200, 13000]
    assert [each["makerId"] for each in data["rounds"]] == [
        deal.buyer.id, deal.seller.id, deal.seller.id, deal.buyer.id,
    ]  # fmt: skip
    assert [each["action"] for each in data["steps"]] == ["create", "counter", "revise", "counter"]
    assert [each["note"] for each in data["steps"]] == ["First.", "Second.", None, None]
    then = deal.buyer.get(f"/api/offers/{offer['id']}", params={"asOf": countered["updatedAt"]})
    assert then.json()["data"]["offer"]["total"] == 13200
    assert then.json()["data"]["offer"]["round"] == 2
    assert then.json()["data"]["offer"]["allowedActions"] == back["allowedActions"] == ["revise", "withdraw"]
    before = deal.buyer.get(f"/api/offers/{offer['id']}", params={"asOf": "2026-01-01T00:00:00Z"})
    assert before.status_code == 404


def test_only_what_was_read_can_be_accepted(deal: Negotiation) -> None:
    """Case 26."""
    offer = deal.make()
    revised = acted(deal.buyer, offer, "revise", items=[ITEMS[0] | {"price": 300}])
    stale = act(deal.seller, offer, "accept")
    assert refusal(stale) == (409, "stale_version")
    details = stale.json()["error"]["details"]
    assert (details["version"], details["offer"]["total"]) == (revised["version"], 12000)
    path = f"/api/offers/{offer['id']}/accept"
    assert refusal(deal.seller.patch(path, {})) == (422, "invalid")
    assert refusal(deal.seller.patch(path, {}, headers={"If-Match": "*"})) == (422, "invalid")
    answer = deal.seller.patch(path, {}, headers={"If-Match": f'"{revised["version"]}"'})
    assert answer.json()["data"]["order"]["total"] == 12000


def test_after_the_acceptance_all_is_refused_with_the_order(deal: Negotiation) -> None:
    """Case 29."""
    offer = acted(deal.seller, deal.make(), "accept")
    for person, action, body in (
        (deal.seller, "accept", {}),
        (deal.buyer, "revise", {"adjustment": 1}),
        (deal.seller, "counter", {"adjustment": 1}),
        (deal.seller, "reject", {"reason": "price"}),
        (deal.buyer, "withdraw", {}),
    ):
        refused = act(person, offer, action, **body)
        assert refusal(refused) == (409, "illegal_transition"), action
        assert refused.json()["error"]["details"]["orderId"] == offer["orderId"]
    again = deal.ask(previousOfferId=offer["id"])
    assert refusal(again) == (409, "illegal_transition")
    assert again.json()["error"]["details"]["orderId"] == offer["orderId"]


def test_a_part_can_be_taken_within_the_limits_of_its_items(deal: Negotiation) -> None:
    items = [
        {"name": "Linen", "quantity": 40, "minQuantity": 10, "price": 310},
        {"name": "Lining", "quantity": 5, "minQuantity": 0, "price": 99.5},
        {"name": "Buttons", "quantity": 8, "price": 2},
    ]
    offer = deal.make(items=items)
    for wrong in ({"1": 9}, {"1": 41}, {"3": 7}, {"4": 1}, {"x": 1}):
        assert refusal(act(deal.seller, offer, "accept", quantities=wrong)) == (422, "invalid"), wrong
    order = act(deal.seller, offer, "accept", quantities={"1": 10, "2": 0}).json()["data"]["order"]
    assert [(each["id"], each["quantity"]) for each in order["items"]] == [("1", 10), ("3", 8)]
    assert order["total"] == 3116


def test_adjusted_items_are_taken_as_a_whole(deal: Negotiation) -> None:
    items = [ITEMS[0] | {"minQuantity": 1}]
    offer = deal.make(items=items, adjustment=-1)
    assert refusal(act(deal.seller, offer, "accept", quantities={"1": 39})) == (422, "all_or_nothing")
    assert act(deal.seller, offer, "accept", quantities={"1": 40}).json()["data"]["order"]["total"] == 12399


def test_a_request_for_a_price_is_answered_before_it_is_accepted(deal: Negotiation) -> None:
    offer = deal.make(items=[{"name": "Suit", "quantity": 2}])
    assert (offer["total"], offer["items"][0]["price"]) == (None, None)
    read = deal.seller.get(f"/api/offers/{offer['id']}").json()["data"]["offer"]
    assert read["allowedActions"] == ["counter", "reject"]
    assert refusal(act(deal.seller, offer, "accept")) == (422, "incomplete_price")
    assert refusal(act(deal.seller, offer, "counter", total=100)) == (422, "incomplete_price")
    priced = acted(deal.seller, offer, "counter", items=[{"name": "Suit", "quantity": 2, "price": 50}])
    assert acted(deal.buyer, priced, "accept")["status"] == "accepted"


def test_a_negotiation_goes_on_in_the_deal_of_an_ended_offer(deal: Negotiation) -> None:
    first = acted(deal.seller, deal.make(), "reject", reason="price", message="Too cheap.")
    assert (first["rejectReason"], first["turn"]) == ("price", None)
    second = deal.make(previousOfferId=first["id"], total=13000)
    assert (second["dealId"], second["previousOfferId"]) == (first["id"], first["id"])
    assert refusal(deal.ask(previousOfferId=first["id"])) == (409, "illegal_transition")
    other = deal.ask(previousOfferId=first["id"], currency="EUR")
    assert refusal(other) == (422, "currency_mismatch")
    stranger = deal.world.person()
    body = {"recipientId": deal.seller.id, "items": ITEMS, "previousOfferId": first["id"]}
    assert refusal(stranger.post("/api/offers", body)) == (422, "invalid")
    order = act(deal.seller, second, "accept").json()["data"]["order"]
    assert order["dealId"] == first["id"]


def test_who_can_be_asked(world: World, deal: Negotiation) -> None:
    """Every refusal is the same, so that a block is not visible."""
    customer, partner, courier = world.person(), world.person("vendor"), world.person("delivery")
    cannot = (403, "cannot_message")
    for recipient in (customer.id, courier.id, new_id(), world.staff().id):
        body = {"recipientId": recipient, "items": ITEMS}
        assert refusal(deal.buyer.post("/api/offers", body)) == cannot
    assert refusal(partner.post("/api/offers", {"recipientId": customer.id, "items": ITEMS})) == cannot
    assert refusal(courier.post("/api/offers", {"recipientId": partner.id, "items": ITEMS})) == (
        403,
        "forbidden",
    )
    side: dict[str, Any] = {"as": "seller"}
    wrong_side = deal.ask(**side)
    assert refusal(wrong_side) == (422, "invalid")
    assert wrong_side.json()["error"]["details"] == {"as": ["Must be buyer."]}
    assert refusal(deal.buyer.post("/api/offers", {"recipientId": deal.buyer.id, "items": ITEMS})) == (
        422,
        "invalid",
    )
    deal.make()
    assert deal.make(deal.seller)["sellerId"] == deal.seller.id  # a customer of theirs now
    bought = deal.seller.post("/api/offers", {"recipientId": partner.id, "items": ITEMS, "as": "buyer"})
    assert bought.json()["data"]["offer"]["sellerId"] == partner.id
    order = act(partner, bought.json()["data"]["offer"], "accept").json()["data"]["order"]
    assert (order["customerId"], order["partnerId"]) == (deal.seller.id, partner.id)


def test_blocks_and_restrictions_hold_for_offers(world: World, deal: Negotiation) -> None:
    offer = deal.make()
    assert deal.seller.put(f"/api/chat/blocks/{deal.buyer.id}").ok
    assert refusal(deal.ask()) == (403, "cannot_message")
    for person, action in ((deal.seller, "accept"), (deal.seller, "counter"), (deal.buyer, "revise")):
        assert refusal(act(person, offer, action)) == (403, "cannot_message"), action
    assert deal.seller.delete(f"/api/chat/blocks/{deal.buyer.id}").ok
    body = {"until": None, "reason": "It was spam."}
    assert world.staff().put(f"/api/admin/chat/restrictions/{deal.buyer.id}", body).ok
    assert refusal(deal.ask()) == (403, "restricted")
    assert refusal(act(deal.buyer, offer, "revise")) == (403, "restricted")
    assert acted(deal.seller, offer, "accept")["status"] == "accepted"


@pytest.mark.parametrize("blocks", [True, False])
def test_no_text_reaches_a_user_that_cannot_be_written_to(
    world: World, deal: Negotiation, blocks: bool
) -> None:
    """Ending a negotiation stays possible: without a text."""
    mine, theirs, many = deal.make(), deal.make(), deal.make()
    if blocks:
        assert deal.buyer.put(f"/api/chat/blocks/{deal.seller.id}").ok
        assert deal.seller.put(f"/api/chat/blocks/{deal.buyer.id}").ok
    else:
        for person in (deal.buyer, deal.seller):
            spam = {"until": None, "reason": "It was spam."}
            assert world.staff().put(f"/api/admin/chat/restrictions/{person.id}", spam).ok
    refused = (403, "cannot_message" if blocks else "restricted")
    for person, offer, action, body in (
        (deal.buyer, mine, "withdraw", {}),
        (deal.seller, theirs, "reject", {"reason": "price"}),
    ):
        assert refusal(act(person, offer, action, message="A word.", **body)) == refused, action
        assert acted(person, offer, action, **body)["turn"] is None, action
    assert refusal(act(deal.seller, many, "accept", message="A word.")) == refused
    bulk = {"action": "reject", "ids": [many["id"]], "message": "A word."}
    [result] = deal.seller.post("/api/offers/bulk", bulk).json()["data"]["results"]
    assert result["error"]["code"] == refused[1]
    if not blocks:
        assert acted(deal.seller, many, "accept")["status"] == "accepted"


def test_an_admin_states_why_an_offer_is_cancelled(world: World, deal: Negotiation) -> None:
    offer = deal.make()
    assert deal.buyer.put(f"/api/chat/blocks/{deal.seller.id}").ok
    ended = acted(world.staff("admin"), offer, "cancel", message="A duplicate.")
    assert ended["status"] == "cancelled"


def test_a_conversation_that_begins_with_the_acceptance_has_its_order(deal: Negotiation) -> None:
    """Both take effect one after the other, so that the conversation is told about the order."""
    offer = deal.make()
    with db.transaction():
        given: Json = {"kind": None, "message": None, "offer_id": offer["id"]}
        conversation_id, _ = begin(Actor(deal.buyer.id, "customer", "", 0), given)
        running = gevent.spawn(act, deal.seller, offer, "accept")
        until(lambda: running.ready() or db.fetch_value(text(WAITING)))
        assert not running.ready()
    order = running.get(timeout=60).json()["data"]["order"]
    talk = deal.seller.get(f"/api/chat/conversations/{conversation_id}").json()["data"]["conversation"]
    assert talk["orderId"] == order["id"]


def test_a_customer_that_has_written_can_be_asked(world: World, deal: Negotiation) -> None:
    assert refusal(deal.ask(deal.seller)) == (403, "cannot_message")
    message = {"clientMessageId": new_id(), "text": "How much is linen?"}
    begun = deal.buyer.post("/api/chat/conversations", {"participantId": deal.seller.id, "message": message})
    assert begun.status_code == 201, begun.text
    offer = deal.make(deal.seller)
    assert offer["conversationId"] is None
    of_deal = deal.buyer.post("/api/chat/conversations", {"offerId": offer["id"]}).json()["data"][
        "conversation"
    ]
    assert of_deal["dealId"] == offer["dealId"]
    read = deal.seller.get(f"/api/offers/{offer['id']}").json()["data"]["offer"]
    assert read["conversationId"] == of_deal["id"]
    order = act(deal.buyer, read, "accept").json()["data"]["order"]
    talk = deal.seller.get(f"/api/chat/conversations/{of_deal['id']}").json()["data"]["conversation"]
    assert talk["orderId"] == order["id"]

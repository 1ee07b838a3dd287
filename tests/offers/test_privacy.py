"""The export of offers, and the deletion of an account that has some."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.offers import privacy
from metaia.offers.forgetting import queries as forgetting
from tests.offers.conftest import Negotiation, act, acted, refusal
from tests.support.people import PASSWORD, Person, World

INFO = {"name": "Unmistakable Name", "phone": "+919876501234", "address": "1 Unmistakable Street"}
TEXTS: Json = {"message": "an unmistakable note", "terms": {"notes": "unmistakable terms"}}
LEFT = """
    SELECT count(*) FROM offers LEFT JOIN offer_steps ON offer_id = offers.id
    WHERE deal_id = :id AND concat(offers, offer_steps) ~* 'unmistak'
"""


def leave(person: Person) -> None:
    """Delete an account, and run the job that follows."""
    answer = person.call("DELETE", "/api/auth/me", {"password": PASSWORD})
    assert answer.status_code == 200, answer.text
    privacy.cancel_open()
    privacy.erase_users()


def test_each_side_exports_what_it_has_written(deal: Negotiation) -> None:
    offer = deal.make(customerInfo=INFO, message="From the buyer.")
    acted(deal.seller, offer, "counter", adjustment=10, message="From the seller.")
    [own] = deal.buyer.get("/api/auth/export").json()["data"]["export"]["offers"]
    assert (own["id"], own["customerInfo"]["name"]) == (offer["id"], INFO["name"])
    assert [step["note"] for step in own["steps"]] == ["From the buyer."]
    [theirs] = deal.seller.get("/api/auth/export").json()["data"]["export"]["offers"]
    assert "Unmistakable" not in str(theirs)
    assert [step["note"] for step in theirs["steps"]] == ["From the seller."]


def test_the_contact_data_of_the_buyer_is_that_of_the_order(deal: Negotiation) -> None:
    offer = deal.make(customerInfo=INFO)
    assert "Unmistakable" not in str(deal.seller.get(f"/api/offers/{offer['id']}").json())
    assert refusal(act(deal.seller, offer, "accept", customerInfo=INFO)) == (422, "invalid")
    order = act(deal.seller, offer, "accept").json()["data"]["order"]
    assert (order["customerInfo"]["name"], order["customerInfo"]["address"]) == (
        INFO["name"],
        INFO["address"],
    )


def test_the_texts_of_a_deleted_account_are_erased(deal: Negotiation) -> None:
    ended = deal.make(customerInfo=INFO, **TEXTS)
    ended = acted(deal.seller, ended, "counter", adjustment=10, terms={"notes": None}, message="Kept.")
    acted(deal.buyer, ended, "reject", reason="price", message="an unmistakable end")
    running = deal.make(customerInfo=INFO, **TEXTS)
    assert {db.fetch_value(text(LEFT), {"id": each["id"]}) for each in (ended, running)} == {3, 1}
    screen = deal.seller.socket()
    leave(deal.buyer)
    assert [db.fetch_value(text(LEFT), {"id": each["id"]}) for each in (ended, running)] == [0, 0]
    steps = deal.seller.get(f"/api/offers/{ended['id']}/history").json()["data"]["steps"]
    assert [step["note"] for step in steps] == [None, "Kept.", None]
    [event] = screen.wait("offer:updated", where=lambda data: data["offerId"] == running["id"])
    assert (event["status"], event["offer"]["allowedActions"]) == ("cancelled", [])
    assert deal.seller.get("/api/offers", params={"q": "unmistakable"}).json()["data"]["offers"] == []


def test_a_partner_that_leaves_is_forgotten_too(deal: Negotiation) -> None:
    offer = acted(deal.seller, deal.make(), "counter", adjustment=10, **TEXTS)
    acted(deal.buyer, offer, "accept")
    leave(deal.seller)
    assert db.fetch_value(text(LEFT), {"id": offer["id"]}) == 0


@pytest.mark.parametrize("action", ["counter", "revise"])
def test_notes_that_later_rounds_have_kept_are_erased_too(deal: Negotiation, action: str) -> None:
    """The terms that a round leaves out stay, so the notes of one side stand in rounds of the other one."""
    offer = acted(deal.seller, deal.make(**TEXTS), "counter", adjustment=10)
    if action == "revise":
        offer = acted(deal.seller, offer, "revise", adjustment=20)
    acted(deal.seller, offer, "withdraw")
    assert offer["terms"] == TEXTS["terms"] | {"deliverBy": None, "paymentTerms": None}
    leave(deal.buyer)
    assert db.fetch_value(text(LEFT), {"id": offer["id"]}) == 0
    assert deal.seller.get("/api/offers", params={"q": "unmistakable"}).json()["data"]["offers"] == []
    assert forgetting.to_erase(100) == []


@pytest.mark.parametrize("admin_first", [True, False])
def test_the_message_of_a_deleted_admin_is_erased_too(
    world: World, deal: Negotiation, admin_first: bool
) -> None:
    """Else each batch would find this offer again, and a full batch of such offers would be followed by another."""
    offer, admin = deal.make(), world.staff("admin")
    acted(admin, offer, "cancel", message="an unmistakable reason")
    for person in (admin, deal.buyer) if admin_first else (deal.buyer, admin):
        leave(person)
    assert db.fetch_value(text(LEFT), {"id": offer["id"]}) == 0
    assert forgetting.to_erase(100) == []


def test_an_account_that_is_not_active_gets_no_answer(deal: Negotiation) -> None:
    offer = deal.make()
    with db.transaction():
        db.execute(text("UPDATE users SET active = false WHERE id = :id"), {"id": deal.buyer.id})
    for action in ("accept", "counter"):
        assert refusal(act(deal.seller, offer, action)) == (409, "counterparty_gone")
    assert refusal(deal.ask(deal.seller)) == (403, "cannot_message")
    assert acted(deal.seller, offer, "reject", reason="other")["status"] == "rejected"

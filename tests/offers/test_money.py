"""How the order of an accepted offer is paid."""

from __future__ import annotations

from metaia.core.json import Json
from tests.offers.conftest import Negotiation, act, refusal
from tests.orders.money import paying

ITEMS = [{"name": "Suit", "quantity": 2, "price": 12.5}]


def agreed(deal: Negotiation, terms: str | None) -> Json:
    """Accept an offer with these payment terms; return its order."""
    offer = deal.make(items=ITEMS, terms={"paymentTerms": terms})
    answer = act(deal.seller, offer, "accept")
    assert answer.status_code == 200, answer.text
    order: Json = answer.json()["data"]["order"]
    return order


def test_net_terms_need_the_credit_of_the_buyer(deal: Negotiation) -> None:
    offer = deal.make(items=ITEMS, terms={"paymentTerms": "net30"})
    refused = act(deal.seller, offer, "accept")
    assert refusal(refused) == (409, "credit_refused")
    details = refused.json()["error"]["details"]
    assert (details["status"], details["orderId"], details["version"]) == ("pending", None, 1)
    assert "available" not in details, "the credit of the buyer is not the seller's to know"
    path = f"/api/admin/finance/credit/{deal.buyer.id}/INR"
    body = {"limit": 40, "termDays": 30, "reason": "known for years"}
    assert deal.world.staff().put(path, body).status_code == 200
    order = act(deal.seller, offer, "accept").json()["data"]["order"]
    assert (order["payment"]["method"], order["payment"]["status"], order["payment"]["due"]) == (
        "credit",
        "on_credit",
        0,
    )
    [credit] = deal.buyer.get("/api/finance/credit").json()["data"]["credits"]
    assert (credit["held"], credit["available"]) == (25, 15)
    assert paying.findings(order) == []
    second = deal.make(items=ITEMS, terms={"paymentTerms": "net15"})
    assert refusal(act(deal.seller, second, "accept")) == (409, "credit_refused")
    deal.seller.act(order, "cancel")
    assert act(deal.seller, second, "accept").status_code == 200


def test_each_payment_term_is_a_method_of_payment(deal: Negotiation) -> None:
    prepaid = agreed(deal, "prepaid")
    assert (prepaid["payment"]["method"], prepaid["payment"]["status"], prepaid["payment"]["due"]) == (
        "online",
        "unpaid",
        25,
    )
    paying.pay(prepaid)
    assert (
        deal.buyer.get(f"/api/orders/{prepaid['id']}").json()["data"]["order"]["payment"]["status"] == "paid"
    )
    cash = agreed(deal, "on_delivery")
    assert (cash["payment"]["method"], cash["payment"]["status"]) == ("cod", "cash_due")
    assert agreed(deal, None)["payment"]["method"] == "none"
    for order in (prepaid, cash):
        assert paying.findings(order) == []


def test_a_prepaid_order_is_made_after_its_payment(deal: Negotiation) -> None:
    order = agreed(deal, "prepaid")
    assert order["status"] == "accepted"

    def actions() -> set[str]:
        read = deal.seller.get(f"/api/orders/{order['id']}").json()["data"]["order"]
        return set(read["allowedActions"])

    assert actions() == {"cancel", "assign", "request-courier"}
    for action in ("prepare", "ready"):
        refused = deal.seller.patch(f"/api/orders/{order['id']}/{action}", {})
        assert refusal(refused) == (409, "payment_required"), action
        assert set(refused.json()["error"]["details"]["allowedActions"]) == actions()
    for target in ("ready", "completed"):
        refused = deal.seller.put(f"/api/orders/{order['id']}/status", {"status": target})
        assert refused.status_code == 409, target
    screen = deal.seller.socket()
    paying.pay(order)
    screen.wait("order_update")
    assert {"prepare", "ready"} < actions()
    current = deal.seller.get(f"/api/orders/{order['id']}").json()["data"]["order"]
    for action in ("prepare", "ready", "complete"):
        current = deal.seller.act(current, action)
    assert (current["status"], paying.findings(order)) == ("completed", [])


def test_an_order_without_a_price_is_not_paid(deal: Negotiation) -> None:
    offer = deal.make(items=ITEMS, total=0, terms={"paymentTerms": "prepaid"})
    order = act(deal.seller, offer, "accept").json()["data"]["order"]
    assert (order["total"], order["adjustment"], order["payment"]["method"]) == (0, -25, "none")
    for action in ("prepare", "ready", "complete"):
        order = deal.seller.act(order, action)
    assert order["status"] == "completed"

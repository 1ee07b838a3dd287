"""A customer repays credit by a payment at the demo provider."""

from __future__ import annotations

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.finance.credit import service as credit_service
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import Account, Posting, credit, debit
from tests.payments.conftest import Shop
from tests.support.people import Person

BODY = {"creditSettlement": {"amount": 25, "currency": "INR"}, "provider": "demo"}


def owe(customer: Person, amount: int) -> None:
    """Give a customer a limit of 100.00 INR, and let them owe an amount."""
    lines = [
        debit(Account("credit", customer.id, "INR"), amount),
        credit(Account("partner", new_id(), "INR"), amount),
    ]
    with db.transaction():
        credit_service.put(customer.id, "INR", 10_000, 30, "a test")
        ledger_service.post(Posting(f"credit:{new_id()}", "credit", lines))


def test_credit_is_repaid_by_a_payment(shop: Shop) -> None:
    with shop.app.app_context():
        owe(shop.customer, 6000)
    first, again = (shop.customer.post("/api/payments", BODY) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200), first.text
    opened: Json = first.json()["data"]
    assert again.json()["data"]["payment"]["id"] == opened["payment"]["id"]
    assert (opened["payment"]["purpose"]["type"], opened["payment"]["orderId"]) == ("settlement", None)
    shop.pay(opened)
    verified = shop.customer.post("/api/payments/verify", {"paymentId": opened["payment"]["id"]})
    assert verified.json()["data"]["payment"]["status"] == "completed"
    (shown,) = shop.customer.get("/api/finance/credit").json()["data"]["credits"]
    assert shown["balance"] == 35


def test_methods_state_whether_credit_is_enough(shop: Shop) -> None:
    def reason() -> str | None:
        answer = shop.customer.get(f"/api/payments/methods?orderId={shop.thing(5000).id}")
        (found,) = [each for each in answer.json()["data"]["methods"] if each["method"] == "credit"]
        assert found["available"] is (found["reason"] is None)
        return found["reason"]

    assert reason() == "credit_insufficient"
    with shop.app.app_context():
        owe(shop.customer, 6000)
        assert reason() == "credit_insufficient"
        credit_service.put(shop.customer.id, "INR", 20_000, 30, "a test")
        assert reason() is None
        credit_service.act(shop.customer.id, "INR", "freeze", "a test")
        assert reason() == "credit_frozen"

"""Money of orders in tests: facts of a provider, and what is seen of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.ledger import queries as ledger_queries
from metaia.ledger.audit import registry as audit
from metaia.ledger.chart import Account
from metaia.orders import queries
from metaia.orders.money import purpose
from metaia.orders.money.service import give_back
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.payments.asking.models import PaymentQuestionRow
from metaia.payments.refunds import queries as refund_queries
from metaia.providers.payments.facts import AttemptFact, DisputeFact, Fact, FundsFact, RefundFact

PROVIDER = "razorpay"
RULES = (
    "order_payment",
    "order_on_credit",
    "order_settled",
    "order_holds",
    "order_shares",
    "order_agreed",
    "order_paid_by_house",
    "payment_is_its_facts",
    "payment_is_booked",
)


def take(order: Json, *facts: Fact) -> None:
    """Let a provider state facts about an order."""
    found = queries.get(order["id"])
    assert found
    with db.transaction():
        payment_service.take(facts, source="test", purpose=purpose.of(found))


def attempt(
    status: Any, amount: int, reference: str | None = None, at: datetime | None = None
) -> AttemptFact:
    """Return a fact of an attempt to pay, in minor units of INR."""
    return AttemptFact(
        provider=PROVIDER, reference=reference or f"pay_{new_id()}", status=status, amount=amount, currency="INR",
        at=at or now(),
    )  # fmt: skip


def pay(order: Json, amount: int = 2500, status: Any = "captured", reference: str | None = None) -> str:
    """Pay an order; return the provider's reference of the attempt."""
    fact = attempt(status, amount, reference)
    take(order, fact)
    return fact.reference


def refund(
    order: Json, reference: str, amount: int, status: Any = "processed", ours: str | None = None
) -> None:
    """Let the provider state a refund of an attempt; without `ours` it was made in the dashboard."""
    name = ours if status == "requested" and ours else f"rfnd_{ours or new_id()}"
    fact = RefundFact(
        provider=PROVIDER, reference=name, status=status, amount=amount, currency="INR", at=now(), attempt=reference,
        refund_id=ours,
    )  # fmt: skip
    take(order, fact)


def dispute(order: Json, reference: str, amount: int, status: Any, name: str) -> None:
    """Let the provider state a dispute; a lost one takes the money."""
    facts: list[Fact] = [
        DisputeFact(
            provider=PROVIDER,
            reference=name,
            status=status,
            amount=amount,
            currency="INR",
            at=now(),
            attempt=reference,
        )
    ]
    if status == "lost":
        facts.append(
            FundsFact(
                provider=PROVIDER,
                reference=f"txn_{name}",
                status="deducted",
                amount=amount,
                currency="INR",
                at=now(),
                attempt=reference,
                dispute=name,
            )
        )
    take(order, *facts)


def settle_refunds(order: Json, status: Any = "processed") -> None:
    """Let the provider answer all refunds of an order that we have requested."""
    for payment in payment_queries.of_purpose(purpose.TYPE, order["id"]):
        with db.transaction():
            asked = [
                each for each in refund_queries.lock_of_payment(payment.id) if each.status == "requested"
            ]
        for each in asked:
            refund(order, each.attempt, each.amount, status, each.id)


def run_jobs(order: Json) -> int:
    """Do what the job does that a late payment has enqueued."""
    return give_back(order["id"])


def balance(kind: str, owner: str) -> int:
    """Return the balance of an account in paise."""
    account = Account(kind, owner, "INR")
    return ledger_queries.balances([account])[account]


def due(order: Json) -> int:
    """Return what the account of an order's money holds."""
    return balance("due", f"order-{order['id']}")


def payment(person: Any, order: Json) -> Json:
    """Return the payment that a person sees, without method and currency."""
    shown = person.get(f"/api/orders/{order['id']}").json()["data"]["order"]["payment"]
    assert shown.pop("currency") == "INR"
    shown.pop("method")
    return shown


def shown(status: str, **amounts: float) -> Json:
    """Return a payment as `payment` returns it; amounts that are not given are 0."""
    return {"status": status, "due": 0, "paid": 0, "refunded": 0, "disputed": 0} | amounts


def findings(*orders: Json) -> list[str]:
    """Return what the auditor finds about orders and their payments."""
    names = [order["id"] for order in orders]
    for name in [*names]:
        names += [each.id for each in payment_queries.of_purpose(purpose.TYPE, name)]
    found = (each for rule in RULES for each in audit.check(rule, full=True))
    return [str(each) for each in found if any(name in each.subject for name in names)]


def planned(order: Json) -> list[str]:
    """Return what providers will be asked or told about the payments of an order, by its payment's id."""
    ids = [payment.id for payment in payment_queries.of_purpose(purpose.TYPE, order["id"])]
    query = select(PaymentQuestionRow.about).where(PaymentQuestionRow.reference.in_(ids))
    return [row.about for row in db.fetch_all(query)]

"""Money of users in the ledger, booked from facts as the product books it, without orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.finance.credit import service as credit_service
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import Account, Posting, credit, debit
from metaia.payments.booking.postings import postings
from metaia.payments.booking.terms import Terms
from metaia.payments.purposes import registry
from metaia.providers.payments.facts import AttemptFact, DisputeFact, Fact, FundsFact, RefundFact
from tests.payments.purposes import Things
from tests.support.people import Person

_PAYMENT = text(
    "INSERT INTO payments (id, provider, reference, currency, status, captured, refunded, refunding, disputed,"
    " authorized, open, amount, version, created_at, updated_at, purpose_type, purpose_id, payer_id)"
    " VALUES (:id, 'razorpay', :reference, :currency, 'created', 0, 0, 0, 0, 0, false, 1, 1, now(), now(), 'order',"
    " :order, :payer)"
)


@dataclass
class Sale:
    """An order of which `payer` pays 1,000 units for `partner`; the commission is 10 %."""

    payer: Person
    partner: Person
    total: int = 100_000
    currency: str = "INR"
    on_credit: bool = False
    order_id: str = field(default_factory=new_id)
    facts: list[Fact] = field(default_factory=list)
    completed_at: datetime | None = None

    def __post_init__(self) -> None:
        self.attempt, self.payment_id = f"pay_{self.order_id}", new_id()
        if "order" not in registry.TYPES.current():  # the auditor asks the type of each purpose
            registry.register(current_app._get_current_object(), Things("order"))  # type: ignore[attr-defined]
        if not self.on_credit:
            values = {"id": self.payment_id, "reference": f"order_{self.order_id}", "currency": self.currency}
            with db.transaction():
                db.execute(_PAYMENT, values | {"order": self.order_id, "payer": self.payer.id})

    @property
    def subject(self) -> str:
        return f"order-{self.order_id}"

    def paid(self) -> Sale:
        return self._take(AttemptFact(**self._fact(self.attempt, "captured", self.total)))

    def in_cash(self, courier: Person) -> Sale:
        given = self._fact(self.attempt, "captured", self.total) | {"provider": "cash"}
        return self._take(AttemptFact(**given, collector=courier.id))

    def completed(self) -> Sale:
        self.completed_at = now()
        return self._take()

    def refunded(self, amount: int) -> Sale:
        """Request a refund; the provider pays it out."""
        refund_id = new_id()
        for status, reference in (("requested", refund_id), ("processed", f"rfnd_{refund_id}")):
            fact = self._fact(reference, status, amount)
            self._take(RefundFact(**fact, attempt=self.attempt, refund_id=refund_id))
        return self

    def refunded_elsewhere(self, amount: int) -> Sale:
        """Refund in the provider's dashboard."""
        fact = self._fact(f"rfnd_{new_id()}", "processed", amount)
        return self._take(RefundFact(**fact, attempt=self.attempt))

    def disputed(self, amount: int, status: str = "open") -> Sale:
        name = f"disp_{self.order_id}"
        taken = self._fact(f"txn_{self.order_id}", "withdrawn", amount)
        self._take(FundsFact(**taken, attempt=self.attempt, dispute=name, fee=500))
        return self._take(DisputeFact(**self._fact(name, status, amount), attempt=self.attempt))

    def _fact(self, reference: str, status: str, amount: int) -> dict[str, Any]:
        return {
            "provider": "razorpay", "reference": reference, "status": status, "amount": amount,
            "currency": self.currency, "at": now(),
        }  # fmt: skip

    def _take(self, *facts: Fact) -> Sale:
        self.facts.extend(facts)
        terms = Terms(
            purpose=self.subject, total=self.total, currency=self.currency, commission_bps=1000,
            partner=self.partner.id, completed_at=self.completed_at,
            credit_of=self.payer.id if self.on_credit else None,
        )  # fmt: skip
        book(postings(self.facts, terms))
        return self


def book(made: Iterable[Posting]) -> list[str]:
    """Book postings in a transaction of their own; what was booked before stays."""
    with db.transaction():
        return ledger_service.post_all(list(made))


def pay_out(partner: Person, amount: int, currency: str = "INR") -> None:
    """Book a payout that is sent."""
    account, paying = Account("partner", partner.id, currency), Account("paying", "manual", currency)
    book([Posting(f"payout:{new_id()}:sent", "payout", [debit(account, amount), credit(paying, amount)])])


def give_credit(customer: Person, limit: int, currency: str = "INR") -> None:
    """Give a customer credit with a limit."""
    credit_service.put(customer.id, currency, limit, 30, "a test")

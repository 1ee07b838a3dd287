"""Repaying credit: a settlement is a purpose of payments; what is paid reduces what is owed, at most to 0."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from metaia.core import db, rooms
from metaia.core.errors import Conflict, declare
from metaia.core.ids import new_id
from metaia.core.money import to_major
from metaia.core.times import now
from metaia.finance.credit import queries as credit_queries
from metaia.finance.credit import service as credit_service
from metaia.finance.settlements import queries
from metaia.finance.settlements.models import SettlementRow
from metaia.finance.settlements.queries import Settlement
from metaia.jobs import registry as job_registry
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.payments.booking.terms import Terms
from metaia.payments.giving_back import service as giving_back
from metaia.payments.purposes.registry import Money, Purpose
from metaia.payments.refunds import service as refund_service

TYPE = "settlement"
GIVE_BACK = "metaia.finance.settlements.jobs.give_back"
declare({"nothing_owed": "Nothing, or less than this, is owed on credit; `details` has how much."})


class Settlements:
    """The type of purposes `settlement`, for the registry of payments."""

    name = TYPE

    def open(self, user_id: str, currency: str, amount: int) -> str:
        """Return the id of a settlement of an amount in minor units: the unpaid one of this amount, or a new one.

        Raises Conflict (`nothing_owed`) if less is owed.
        """
        _require_owed(user_id, currency, amount)
        with db.transaction():
            credit_queries.get(user_id, currency, for_update=True)  # one request after another
            found = queries.unsettled(user_id, currency, amount)
            if found is None:
                found = new_id()
                row = {"id": found, "user_id": user_id, "currency": currency, "amount": amount}
                db.append(SettlementRow, **row, created_at=now())
            return found

    def read(self, purpose_id: str) -> Purpose | None:
        """Return a settlement as a purpose."""
        found = queries.get(purpose_id)
        return None if found is None else _purpose(found)

    def lock(self, purpose_id: str) -> Purpose | None:
        """Return a settlement as a purpose, row-locked."""
        found = queries.get(purpose_id, for_update=True)
        return None if found is None else _purpose(found)

    def refuse(self, purpose: Purpose) -> None:
        """Raise Conflict (`nothing_owed`) if less is owed than would be paid."""
        if purpose.payable and purpose.payer_id:
            _require_owed(purpose.payer_id, purpose.currency, purpose.payable)

    def changed(self, purpose_id: str, money: Money) -> None:
        """Reduce what is owed once something is paid, in the transaction that has booked the payment.

        More than is owed, and what is paid a second time, is refunded by a job that commits with it.
        """
        this = queries.get(purpose_id, for_update=True)
        paid = money.captured - money.refunded - money.refunding - money.disputed
        if this is None or paid <= 0:
            return
        settled = _settled(this, paid) if this.settled is None else this.settled
        if paid > settled:
            job_registry.enqueue(GIVE_BACK, settlement_id=this.id)


def give_back(settlement_id: str) -> int:
    """Refund what was paid for a settlement beyond what was owed; return the number of refunds."""
    with db.transaction():
        refund_service.lock_payments(TYPE, settlement_id)
        this = queries.get(settlement_id, for_update=True)
        if this is None or this.settled is None:
            return 0
        return len(giving_back.refund_excess(_purpose(this)))


def _settled(this: Settlement, paid: int) -> int:
    """Settle what is owed with what was paid; return how much."""
    settled = min(paid, _owed(this.user_id, this.currency))
    values = {"settled": settled, "settled_at": _paid_at(this.id)}
    db.execute(update(SettlementRow).where(SettlementRow.id == this.id).values(**values))
    payment_service.follow(TYPE, this.id)
    credit_service.moved(this.user_id, this.currency, "repaid")
    return settled


def _purpose(this: Settlement) -> Purpose:
    subject = rooms.subject(TYPE, this.id)
    return Purpose(
        type=TYPE,
        id=this.id,
        payer_id=this.user_id,
        partner_id=None,
        order_id=None,
        payable=this.amount if this.settled is None else 0,
        currency=this.currency,
        description="Repayment of credit",
        terms=Terms(
            purpose=subject,
            total=this.settled or 0,
            currency=this.currency,
            completed_at=this.settled_at,
            settles=this.user_id,
        ),
    )


def _require_owed(user_id: str, currency: str, amount: int) -> None:
    owed = _owed(user_id, currency)
    if amount > owed:
        details = {"owed": to_major(owed, currency), "currency": currency}
        raise Conflict("Less is owed.", code="nothing_owed", details=details)


def _owed(user_id: str, currency: str) -> int:
    this = credit_queries.get(user_id, currency)
    return 0 if this is None else max(credit_queries.usage(this).balance, 0)


def _paid_at(settlement_id: str) -> datetime:
    """Return a time that is not before what was paid: clocks of providers may be ahead of ours."""
    payments = payment_queries.of_purpose(TYPE, settlement_id)
    facts = payment_queries.facts_of([payment.id for payment in payments])
    return max([now(), *(fact.at for found in facts.values() for fact in found)])

"""Keeping the rows of disputes in step with the facts, and the partner's part held until the decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from sqlalchemy import insert, update

from metaia.core import db, rooms
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account
from metaia.ledger.errors import InsufficientBalance
from metaia.ledger.holds import service as hold_service
from metaia.payments import queries as payment_queries
from metaia.payments.booking import disputes as dispute_facts
from metaia.payments.booking.disputes import OPEN
from metaia.payments.booking.stakes import partner_stake
from metaia.payments.disputes import publish, queries
from metaia.payments.disputes.models import DisputeRow
from metaia.payments.disputes.queries import Dispute
from metaia.payments.purposes import registry
from metaia.payments.queries import Payment
from metaia.providers.payments.facts import Fact


def follow(payment: Payment, facts: Sequence[Fact]) -> None:
    """Change the disputes of a row-locked payment to what its facts require; store those that are new."""
    rows = {(row.provider, row.reference): row for row in queries.lock_of_payment(payment.id)}
    for stated in dispute_facts.disputes(facts):
        before = rows.get((stated.attempt[0], _reference(stated)))
        if before is None:
            _open(payment, stated)
        else:
            _change(before, stated, payment)


def differences(facts: Sequence[Fact], rows: Sequence[Dispute]) -> Iterator[tuple[str, str, str]]:
    """Yield the id, the required and the found status of each row that differs from the facts, for the auditor."""
    known = {(row.provider, row.reference): row for row in rows}
    for stated in dispute_facts.disputes(facts):
        row = known.pop((stated.attempt[0], _reference(stated)), None)
        if row is None:
            yield stated.key, stated.status, "no row"
        elif (row.amount, row.status) != (stated.amount, stated.status):
            yield row.id, f"{stated.status} {stated.amount}", f"{row.status} {row.amount}"
    yield from ((row.id, "no row", row.status) for row in known.values())


def required(before: Dispute, stated: dispute_facts.Dispute) -> Dispute:
    """Return a dispute as the facts require it."""
    return replace(
        before,
        status=stated.status,
        reason=stated.reason,
        refundable=stated.refundable,
        decided_at=stated.decided_at,
    )


def _open(payment: Payment, stated: dispute_facts.Dispute) -> None:
    moment = now()
    made = Dispute(
        id=new_id(), payment_id=payment.id, provider=stated.attempt[0], reference=_reference(stated),
        attempt=stated.attempt[1], amount=stated.amount, currency=stated.currency, status=stated.status,
        reason=stated.reason, refundable=stated.refundable, held=0, opened_at=stated.opened_at,
        decided_at=stated.decided_at, answer=None, summary=None, answered_by=None, due_at=None, tries=0, error=None,
        answered_at=None, version=1, created_at=moment, updated_at=moment,
    )  # fmt: skip
    if stated.status in OPEN:
        made = replace(made, held=_hold(made, stated, payment))
    db.execute(insert(DisputeRow).values(asdict(made)))
    publish.changed(made, payment, opened=True)


def _change(before: Dispute, stated: dispute_facts.Dispute, payment: Payment) -> None:
    after = required(before, stated)
    if after == before:
        return
    if before.held and after.status not in OPEN:
        hold_service.release(before.id)
        after = replace(after, held=0)
    after = replace(after, version=before.version + 1, updated_at=now())
    changed = {name: value for name, value in asdict(after).items() if value != getattr(before, name)}
    db.execute(update(DisputeRow).where(DisputeRow.id == before.id).values(changed))
    if after.status != before.status:
        publish.changed(after, payment)


def _hold(made: Dispute, stated: dispute_facts.Dispute, payment: Payment) -> int:
    """Hold the partner's part of a dispute, as far as there is room; return how much. Payouts cannot take it then."""
    if payment.purpose_type is None or payment.purpose_id is None:
        return 0
    purpose = registry.find(payment.purpose_type).read(payment.purpose_id)
    if purpose is None or purpose.terms.partner is None:
        return 0
    payments = payment_queries.of_purpose(payment.purpose_type, payment.purpose_id)
    found = payment_queries.facts_of([each.id for each in payments])
    facts = [fact for each in found.values() for fact in each]
    account = Account("partner", purpose.terms.partner, made.currency)
    return _held(made, account, partner_stake(facts, purpose.terms, stated, now()))


def _held(made: Dispute, account: Account, stake: int) -> int:
    balance = ledger_queries.balance(account)
    amount = min(stake, balance.available) if balance else 0
    if amount <= 0:
        return 0
    try:
        with db.savepoint():
            hold_service.hold(made.id, account, amount, subject=rooms.subject("dispute", made.id))
    except InsufficientBalance:  # a payout was faster
        return 0
    return amount


def _reference(stated: dispute_facts.Dispute) -> str:
    return stated.key.partition(":")[2]

"""Taking facts: each is stored once, and changes the payment and the ledger in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.registry import Registry
from metaia.core.times import now
from metaia.ledger import service as ledger_service
from metaia.payments import publish, queries, state, stored_facts
from metaia.payments.facts import Attempt, attempt_of, of_kind
from metaia.payments.models import PaymentFactRow, PaymentRow
from metaia.payments.purposes import registry
from metaia.payments.purposes import service as purposes
from metaia.payments.purposes.registry import Money, Purpose
from metaia.payments.queries import Payment
from metaia.providers.payments.facts import AttemptFact, Fact

OPEN = frozenset({"created", "pending", "failed"})  # statuses in which a payment can still be paid
EMPTY = {
    "status": "created", "captured": 0, "refunded": 0, "refunding": 0, "disputed": 0, "authorized": 0, "version": 1,
}  # fmt: skip
# By feature: `changed(payment, facts)` runs for each payment with new facts, in the transaction that has taken them.
FOLLOWERS: Registry[str, Callable[[Payment, Sequence[Fact]], None]] = Registry("payment_followers")


def take(facts: Sequence[Fact], *, source: str, purpose: Purpose | None = None) -> int:
    """Take facts in the running transaction, and return how many are new. Repeated ones change nothing.

    A fact about an unknown attempt is stored, and counts once the attempt is known. Row-locks are taken in the order
    attempts, payments, purposes, accounts. `source` names what has stated the facts, such as `webhook:{id}`. Payments
    that are not known yet are for `purpose`.
    """
    attempts = {attempt_of(fact) for fact in facts}
    queries.lock_attempts(attempts)
    known = queries.payment_ids(attempts) | _open(of_kind(facts, AttemptFact), purpose)
    payments = queries.lock(known.values())
    new = sum(_store(fact, known.get(attempt_of(fact)), source) for fact in facts)
    adopted = sum(_adopt(attempt, payment_id) for attempt, payment_id in known.items())
    if new or adopted:
        found = queries.facts_of([payment.id for payment in payments])
        for payment in payments:
            _update(payment, found[payment.id])
        _book(payments)
        for payment in payments:
            for changed in FOLLOWERS.current().values():  # the ledger is up to date
                changed(payment, found[payment.id])
    return new


def assign(payment_id: str, purpose: Purpose) -> None:
    """State what a payment without a purpose was for, in the running transaction: its money leaves suspense.

    The parties of the purpose are notified of its status, which was stated before they were known.
    """
    payments = [replace(payment, **of_purpose(purpose)) for payment in queries.lock([payment_id])]
    db.execute(update(PaymentRow).where(PaymentRow.id == payment_id).values(**of_purpose(purpose)))
    _book(payments)
    for payment in payments:
        publish.changed(replace(payment, status="created"), payment)


def follow(purpose_type: str, purpose_id: str) -> Money:
    """Book what the ledger lacks for a purpose, in the running transaction; return its money.

    The domain of the purpose calls this after its own change, such as the completion of an order, which is written and
    row-locked. `PurposeType.changed` is not called.
    """
    purpose = registry.find(purpose_type).lock(purpose_id)
    missing = purposes.missing(purpose, queries.of_purpose(purpose_type, purpose_id))
    if missing:
        ledger_service.post_all(missing)
    return purposes.money(purpose) if purpose else Money()


def _open(attempts: Iterable[AttemptFact], purpose: Purpose | None) -> dict[Attempt, str]:
    """Return the payments that attempts belong to. An unknown one is created."""
    found = {}
    for fact in sorted(attempts, key=lambda fact: fact.payment or fact.reference):
        reference, moment = fact.payment or fact.reference, now()
        row = insert(PaymentRow).values(
            id=new_id(), provider=fact.provider, reference=reference, currency=fact.currency, amount=fact.amount,
            created_at=moment, updated_at=moment, open=False, **EMPTY, **of_purpose(purpose),
        )  # fmt: skip
        db.execute(row.on_conflict_do_nothing())
        if payment_id := queries.id_of(fact.provider, reference):
            found[attempt_of(fact)] = payment_id
    return found


def _store(fact: Fact, payment_id: str | None, source: str) -> int:
    row = insert(PaymentFactRow).values(
        id=new_id(), payment_id=payment_id, source=source, received_at=now(), **stored_facts.values(fact)
    )
    return db.execute(row.on_conflict_do_nothing().execution_options(preserve_rowcount=True)).rowcount


def _adopt(attempt: Attempt, payment_id: str) -> int:
    """Give a payment the facts about its attempt that arrived before the attempt; return how many."""
    row, (provider, reference) = PaymentFactRow, attempt
    orphans = update(row).where(row.provider == provider, row.attempt == reference, row.payment_id.is_(None))
    return db.execute(orphans.values(payment_id=payment_id)).rowcount


def of_purpose(purpose: Purpose | None) -> Json:
    """Return the columns that name a purpose and its parties."""
    if purpose is None:
        return {}
    return {
        "purpose_type": purpose.type, "purpose_id": purpose.id, "payer_id": purpose.payer_id,
        "partner_id": purpose.partner_id, "order_id": purpose.order_id, "deal_id": purpose.deal_id,
    }  # fmt: skip


def _update(payment: Payment, facts: Sequence[Fact]) -> None:
    """Change a payment to what its facts require, and publish the change."""
    after = replace(payment, **asdict(state.of(facts, payment.currency)))
    after = replace(after, open=payment.open and after.status in OPEN)
    if after != payment:
        after = replace(after, version=payment.version + 1, updated_at=now())
        changed = {name: value for name, value in asdict(after).items() if value != getattr(payment, name)}
        db.execute(update(PaymentRow).where(PaymentRow.id == payment.id).values(changed))
        publish.changed(payment, after)


def _book(payments: Iterable[Payment]) -> None:
    """Book what is missing for the purposes of these payments, and let their domains follow."""
    missing, changed = purposes.missing_of(payments)
    if missing:
        ledger_service.post_all(missing)
    for purpose in changed:
        registry.find(purpose.type).changed(purpose.id, purposes.money(purpose))

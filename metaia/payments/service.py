"""Taking facts: each is stored once, and changes the payment and the ledger in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db, rooms
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.ledger import service as ledger_service
from metaia.payments import publish, queries, state, stored_facts
from metaia.payments.booking import corrections
from metaia.payments.booking.postings import postings
from metaia.payments.facts import Attempt, attempt_of, of_kind
from metaia.payments.models import PaymentFactRow, PaymentRow
from metaia.payments.queries import Payment
from metaia.providers.payments.facts import AttemptFact, Fact


def take(facts: Sequence[Fact], *, source: str) -> int:
    """Take facts in the running transaction, and return how many are new. Repeated ones change nothing.

    A fact about an unknown attempt is stored, and counts once the attempt is known. Row-locks are taken in the order
    attempts, payments, accounts. `source` names what has stated the facts, such as `webhook:{id}`.
    """
    attempts = {attempt_of(fact) for fact in facts}
    queries.lock_attempts(attempts)
    known = queries.payment_ids(attempts) | _open(of_kind(facts, AttemptFact))
    payments = queries.lock(known.values())
    new = sum(_store(fact, known.get(attempt_of(fact)), source) for fact in facts)
    adopted = sum(_adopt(attempt, payment_id) for attempt, payment_id in known.items())
    if new or adopted:
        for payment in payments:
            _follow(payment)
    return new


def _open(attempts: Iterable[AttemptFact]) -> dict[Attempt, str]:
    """Return the payments that attempts belong to. An unknown one is created: its purpose is unknown too."""
    found = {}
    for fact in sorted(attempts, key=lambda fact: fact.payment or fact.reference):
        reference, moment = fact.payment or fact.reference, now()
        row = insert(PaymentRow).values(
            id=new_id(), provider=fact.provider, reference=reference, currency=fact.currency, status="created",
            captured=0, refunded=0, refunding=0, disputed=0, version=1, created_at=moment, updated_at=moment,
        )  # fmt: skip
        db.execute(row.on_conflict_do_nothing())
        if payment_id := queries.id_of(fact.provider, reference):
            found[attempt_of(fact)] = payment_id
    return found


def _store(fact: Fact, payment_id: str | None, source: str) -> int:
    row = insert(PaymentFactRow).values(
        id=new_id(), payment_id=payment_id, source=source, received_at=now(), **stored_facts.values(fact)
    )
    return db.execute(row.on_conflict_do_nothing()).rowcount


def _adopt(attempt: Attempt, payment_id: str) -> int:
    """Give a payment the facts about its attempt that arrived before the attempt; return how many."""
    row, (provider, reference) = PaymentFactRow, attempt
    orphans = update(row).where(row.provider == provider, row.attempt == reference, row.payment_id.is_(None))
    return db.execute(orphans.values(payment_id=payment_id)).rowcount


def _follow(payment: Payment) -> None:
    """Change a payment and the ledger to what the facts require, and publish the change."""
    facts, subject = queries.facts(payment.id), rooms.subject("payment", payment.id)
    missing = corrections.to_book(postings(facts, None, subject), queries.booked(subject))
    if missing:
        ledger_service.post_all(missing)
    after = replace(payment, **asdict(state.of(facts)))
    if after != payment:
        after = replace(after, version=payment.version + 1, updated_at=now())
        changed = {name: value for name, value in asdict(after).items() if value != getattr(payment, name)}
        db.execute(update(PaymentRow).where(PaymentRow.id == payment.id).values(changed))
        publish.changed(after)

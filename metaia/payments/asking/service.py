"""Planning questions to providers. One that is planned again is asked at the earlier time, from the first pause on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.core.work_queue import WorkQueue
from metaia.jobs import registry as job_registry
from metaia.payments import queries
from metaia.payments.asking import queries as asking_queries
from metaia.payments.asking.models import PaymentQuestionRow
from metaia.payments.models import PaymentRow
from metaia.payments.queries import Payment

About = Literal["opening", "closing", "ending", "payment", "refunds"]
FIRST = timedelta(minutes=5)  # after a payment was opened
# A payment that is not final is asked after 5 minutes, 15 minutes, 1 hour, 6 hours, 1 day and 3 days.
PAUSES = (600, 2700, 18_000, 64_800, 172_800)  # seconds
QUEUE = WorkQueue(PaymentQuestionRow, done="answered_at", pauses=PAUSES)


def plan(provider: str, about: About, reference: str, *, after: timedelta = timedelta()) -> None:
    """Plan a question in the running transaction, to be asked after this time."""
    row, moment = PaymentQuestionRow, now()
    wanted = insert(row).values(
        id=new_id(), provider=provider, about=about, reference=reference, created_at=moment,
        due_at=moment + after, tries=0,
    )  # fmt: skip
    again = {"due_at": func.least(row.due_at, wanted.excluded.due_at), "tries": 0, "answered_at": None}
    db.execute(wanted.on_conflict_do_update(index_elements=["provider", "about", "reference"], set_=again))
    if not after:
        job_registry.wake_on_commit()


def plan_ends(opened_before: datetime, limit: int) -> int:
    """Plan to end payments that were opened before a time and left open, once each; return how many."""
    with db.transaction():
        found = asking_queries.abandoned(opened_before, limit)
        for payment in found:
            plan(payment.provider, "ending", payment.id)
    return len(found)


def answered(provider: str, about: About, reference: str) -> None:
    """End a question, in the running transaction."""
    row = PaymentQuestionRow
    ended = update(row).where(row.provider == provider, row.about == about, row.reference == reference)
    db.execute(ended.values(answered_at=now(), due_at=None, error=None))


def close(payment: Payment) -> None:
    """Close a payment in the running transaction: a job cancels it at its provider, which ends an authorization."""
    db.execute(update(PaymentRow).where(PaymentRow.id == payment.id).values(open=False))
    plan(payment.provider, "closing", payment.id)


def close_all(purpose_type: str, purpose_id: str) -> None:
    """Close what can still be paid, or captured, for a purpose that has ended. Its payments are row-locked."""
    for payment in queries.of_purpose(purpose_type, purpose_id):
        if payment.open or payment.authorized:
            close(payment)

"""RQ jobs of payments. They find their work in the table of questions, so a lost job loses nothing."""

from __future__ import annotations

from datetime import timedelta

import structlog
from flask import current_app

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.payments import queries
from metaia.payments.asking import queries as asking_queries
from metaia.payments.asking import service as asking
from metaia.payments.asking.service import QUEUE
from metaia.payments.calling import service as calling
from metaia.payments.queries import Payment

BATCH = 20
log = structlog.get_logger(__name__)


def _due() -> int:
    return loop.jobs_needed(QUEUE.due())


@job(timeout=120, due=_due)
def reconcile() -> int:
    """Ask providers about what is not final, and about what webhooks hint at; return how many questions were asked."""
    return loop.work_off(ask_batch)


@job(every=300)
def end_abandoned() -> int:
    """Plan the end of payments that were left open longer than PAYMENT_OPEN_HOURS; return how many."""
    opened_before = now() - timedelta(hours=current_app.config["PAYMENT_OPEN_HOURS"])
    return loop.work_off(lambda: asking.plan_ends(opened_before, BATCH))


def ask_batch() -> int:
    """Ask a batch of due questions; return its size. Each is asked outside of a transaction."""
    ids = QUEUE.claim(BATCH)
    for row in asking_queries.questions(ids):
        try:
            final, error = _ask(row), "the answer is not final"
        except calling.FAILURES as failure:
            final, error = False, f"{type(failure).__name__}: {failure}"
            log.warning("question not answered", provider=row.provider, about=row.about, error=error)
        except Exception as failure:  # one question must not delay the others
            final, error = False, f"{type(failure).__name__}: {db.describe(failure)}"
            log.exception("question failed", provider=row.provider, about=row.about)
        with db.transaction():
            if final:
                QUEUE.finish(row.id)
            else:
                QUEUE.postpone(row.id, error)
    return len(ids)


def _ask(row: AnyRow) -> bool:
    """Ask one question and take the answer; return whether it is final."""
    source = f"question:{row.id}"
    if row.about == "payment":
        calling.ask(row.provider, row.reference, source)
        payment_id = queries.id_of(row.provider, row.reference)
        payment = queries.by_id(payment_id) if payment_id else None
        return payment is None or payment.captured > 0
    if row.about == "refunds":
        calling.ask_refunds(row.provider, row.reference, source)
        return True
    payment = queries.by_id(row.reference)
    if payment is None:
        return True
    if row.about == "ending":
        return _end(payment, source)
    if row.about == "closing":
        calling.cancel(payment, source)
    else:
        calling.opened(payment)
    return True


def _end(payment: Payment, source: str) -> bool:
    """Ask for a payment that was left open, and cancel it if it is unpaid; a pending one is asked again later."""
    if payment.reference:
        calling.ask(payment.provider, payment.reference, source)
    after = queries.by_id(payment.id)
    if after is None or not after.open:
        return True
    if after.status == "pending":
        return False
    calling.cancel(after, source)
    return True

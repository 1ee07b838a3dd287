"""A payment's past: what was stated about it, and how it stood at any moment."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

from metaia.core import rooms
from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.errors import NotFound
from metaia.ledger import queries as ledger_queries
from metaia.ledger.queries import Booked
from metaia.payments import state, stored_facts
from metaia.payments.managing import queries, service
from metaia.payments.policy import PAYMENTS_READ
from metaia.payments.queries import Payment


def timeline(
    actor: Actor, payment_id: str, as_of: datetime | None
) -> tuple[Payment, list[AnyRow], list[Booked]]:
    """Return a payment, its facts, and for staff what is booked for its purpose; with `as_of`, all as it was then.

    Raises NotFound (also if it did not exist yet) and Forbidden.
    """
    payment = service.read(actor, payment_id)
    if as_of is not None and as_of < payment.created_at:
        raise NotFound("The payment did not exist then.")
    rows = queries.timeline(payment.id, as_of)
    booked = _booked(payment) if actor.may(PAYMENTS_READ) else []
    if as_of is None:
        return payment, rows, booked
    stated = [stored_facts.fact(row) for row in rows]
    then = replace(payment, **asdict(state.of(stated, payment.currency)))
    return then, rows, [posting for posting in booked if posting.booked_at <= as_of]


def _booked(payment: Payment) -> list[Booked]:
    subjects = [rooms.subject("payment", payment.id)]
    if payment.purpose_type and payment.purpose_id:
        subjects.append(rooms.subject(payment.purpose_type, payment.purpose_id))
    return ledger_queries.of_subjects(subjects)

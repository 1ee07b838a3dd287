"""Selects from postings to facts and payments."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, text, tuple_

from metaia.core import db, rooms
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.payments.models import PaymentFactRow, PaymentRow
from metaia.payments.trail import keys
from metaia.payments.trail.keys import Named

_PAYERS = text(
    """
    WITH subjects AS (
        SELECT p.subject FROM ledger_postings p WHERE p.booked_at >= :since AND p.booked_at < :until
        UNION SELECT e.owner FROM ledger_postings p JOIN ledger_entries e ON e.posting_id = p.id AND e.kind = 'due'
        WHERE p.booked_at >= :since AND p.booked_at < :until
    )
    SELECT DISTINCT m.payer_id, m.currency FROM subjects s
    JOIN payments m ON m.purpose_type || '-' || m.purpose_id = s.subject WHERE m.payer_id IS NOT NULL
    """
)


def payment_ids(posting_keys: Collection[str]) -> dict[str, str]:
    """Return the payments of postings, by key of the posting, where the key names a fact of one."""
    named = {key: keys.facts_named(key) for key in posting_keys}
    found = {Named(row.provider, row.kind, row.reference): row.payment_id for row in facts(named.values())}
    return {key: found[each] for key, listed in named.items() for each in listed if found.get(each)}


def facts(named: Collection[list[Named]]) -> list[AnyRow]:
    """Return the facts that the keys of postings name, in the order of their arrival."""
    row, wanted = PaymentFactRow, sorted({each for listed in named for each in listed})
    if not wanted:
        return []
    query = select(row.__table__).where(tuple_(row.provider, row.kind, row.reference).in_(wanted))
    return db.fetch_all(query.order_by(row.received_at, row.id))


def facts_behind(key: str, subject: str | None) -> list[AnyRow]:
    """Return the facts that a posting follows from, in the order of their arrival.

    The key of a posting names its facts, but those of our refunds and of cash: they are found by the purpose.
    """
    found, refund_id = facts([keys.facts_named(key)]), keys.refund_named(key)
    if found or subject is None or not (refund_id or keys.is_cash(key)):
        return found
    row = PaymentFactRow
    own = select(row.__table__).where(among(row.payment_id, _payments_of(subject)))
    own = own.where(row.details["refund_id"].astext == refund_id if refund_id else row.provider == keys.CASH)
    return db.fetch_all(own.order_by(row.received_at, row.id))


def subjects_of_payer(user_id: str) -> list[str]:
    """Return the subjects of the purposes that a user pays for, as `order-{id}`."""
    row = PaymentRow
    query = select(row.purpose_type, row.purpose_id).distinct()
    query = query.where(row.payer_id == user_id, row.purpose_type.is_not(None))
    return [rooms.subject(*found) for found in db.fetch_all(query)]


def subject_of_payment(payment_id: str) -> str | None:
    """Return the subject of the purpose of a payment, None for an unknown payment."""
    query = select(PaymentRow.purpose_type, PaymentRow.purpose_id).where(PaymentRow.id == payment_id)
    found = db.fetch_one(query)
    if found is None:
        return None
    return rooms.subject(*found) if found.purpose_type else rooms.subject("payment", payment_id)


def payers(since: datetime, until: datetime) -> set[tuple[str, str]]:
    """Return the payers and currencies of the purposes for which something was booked in a period."""
    rows = db.fetch_all(_PAYERS, {"since": since, "until": until})
    return {(str(row.payer_id), row.currency) for row in rows}


def _payments_of(subject: str) -> list[str]:
    row, (type_, _, purpose_id) = PaymentRow, subject.partition("-")
    if type_ == "payment":
        return [purpose_id]
    query = select(row.id).where(row.purpose_type == type_, row.purpose_id == purpose_id)
    return [each.id for each in db.fetch_all(query)]

"""Selects from postings to facts and payments."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, tuple_

from metaia.core import db, rooms
from metaia.core.db import AnyRow
from metaia.payments.models import PaymentFactRow, PaymentRow
from metaia.payments.trail import keys
from metaia.payments.trail.keys import Named


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

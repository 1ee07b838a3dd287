"""Selects of what deleted users leave in offers, and the erasure of it in the history."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.offers import models
from metaia.offers.models import OfferRow, OfferStepRow
from metaia.offers.queries import COLUMNS, Offer
from metaia.offers.state import OPEN
from metaia.users.deleted import queries as deleted_users

_row, _step = OfferRow, OfferStepRow
_maker = _step.after["maker_id"].astext
_message = _step.after["message"].astext.is_not(None)
_notes = _step.after["terms"]["notes"].astext.is_not(None)
_noted = _step.actor_id.in_(deleted_users.ids()) & _step.note.is_not(None)  # by staff, too


def open_of_deleted(limit: int) -> list[str]:
    """Return the ids of open offers of which a party is deleted."""
    query = deleted_users.of_each(lambda user: select(_row.id).where(text(models.OPEN), _of(user)))
    return [each.id for each in db.fetch_all(query.limit(limit))]


def to_erase(limit: int) -> list[Offer]:
    """Return row-locked offers that have ended and still hold texts or contact data of a deleted party."""
    query = deleted_users.of_each(_to_erase).limit(limit)
    return [Offer(*each) for each in db.fetch_all(query)]


def erase_steps(offer_id: str, user_ids: Collection[str]) -> None:
    """Remove the messages of these parties from the history of an offer, and the notes on terms of both sides.

    The notes of steps are removed of all deleted users, as `to_erase` finds them. In the running transaction.
    """
    own = _step.offer_id == offer_id
    db.execute(update(_step).where(own, _noted).values(note=None))
    silent = _step.after.concat(literal({"message": None}, JSONB))
    db.execute(update(_step).where(own, among(_maker, user_ids), _message).values(after=silent))
    without = func.jsonb_set(_step.after, ["terms", "notes"], literal(None, JSONB))
    db.execute(update(_step).where(own, _notes).values(after=without))


def _of(user: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition of the offers of a deleted user; those between two of them are the seller's only."""
    return or_(_row.seller_id == user, (_row.buyer_id == user) & _row.seller_id.not_in(deleted_users.ids()))


def _to_erase(user: ColumnElement[str]) -> Select[Any]:
    """Return the select of what has ended and holds data of a user, or of the other party if that is deleted, too."""
    deleted = deleted_users.ids()
    as_text = select(cast(deleted.subquery().c.id, Text))
    of_row = _row.buyer_id.in_(deleted) & (_row.customer_info != literal({}, JSONB))
    of_steps = select(_step.offer_id).where(
        _step.offer_id == _row.id,
        or_(_notes, _noted, _maker.in_(as_text) & _message),
    )
    # for EXISTS, PostgreSQL may read all steps first
    found = of_steps.limit(1).scalar_subquery().is_not(None)
    ended = (_row.status.not_in(OPEN), _of(user), or_(of_row, found))
    return select(*COLUMNS).where(*ended).with_for_update(of=_row, skip_locked=True)

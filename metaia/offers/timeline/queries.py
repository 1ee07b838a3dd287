"""Selects on the histories of offers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select, tuple_

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.offers.models import OfferStepRow


def steps(offer_id: str, until: datetime | None = None) -> list[AnyRow]:
    """Return the history of an offer, oldest entry first; up to and including `until` if given."""
    query = select(OfferStepRow.__table__).where(OfferStepRow.offer_id == offer_id)
    if until is not None:
        query = query.where(OfferStepRow.at <= until)
    return db.fetch_all(query.order_by(OfferStepRow.version))


def of_versions(versions: Collection[tuple[str, int]]) -> dict[tuple[str, int], AnyRow]:
    """Return entries of the histories of offers, by the id of the offer and its version then."""
    row = OfferStepRow
    query = select(row.__table__).where(tuple_(row.offer_id, row.version).in_(list(versions)))
    return {(each.offer_id, each.version): each for each in db.fetch_all(query)} if versions else {}


def of_offers(offer_ids: Iterable[str]) -> list[AnyRow]:
    """Return the histories of several offers, each with its oldest entry first."""
    row = OfferStepRow
    query = select(row.__table__).where(among(row.offer_id, offer_ids))
    return db.fetch_all(query.order_by(row.offer_id, row.version))

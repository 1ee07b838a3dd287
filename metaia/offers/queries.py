"""Selects on offers, and the record they return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import aliased

from metaia.chat import queries as chat_queries
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db import searching
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.core.text import words
from metaia.offers import models
from metaia.offers.models import UNPRICED, OfferRow, offer_numbers
from metaia.offers.policy import OFFERS_READ
from metaia.offers.state import BUYER, OPEN


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer; models.OfferRow describes the columns. Amounts are in minor units of `currency`."""

    id: str
    offer_number: str
    deal_id: str
    status: str
    seller_id: str
    buyer_id: str
    maker_id: str
    round: int
    items: list[dict[str, Any]]
    adjustment: int
    total: int | None
    currency: str
    terms: dict[str, Any]
    expires_at: datetime
    version: int
    created_at: datetime
    updated_at: datetime
    message: str | None = None
    customer_info: dict[str, Any] | None = None
    first_total: int | None = None
    order_id: str | None = None
    order_number: str | None = None
    reject_reason: str | None = None
    previous_offer_id: str | None = None
    answered_at: datetime | None = None
    conversation_id: str | None = None  # of the deal; no column


_later = aliased(OfferRow)
SORTABLE: pagination.Sortable = {
    "created_at": OfferRow.created_at,
    "updated_at": OfferRow.updated_at,
    "total": func.coalesce(OfferRow.total, literal_column(str(UNPRICED))),  # as in the index
    "expires_at": OfferRow.expires_at,
}
STORED = [field.name for field in fields(Offer) if field.name != "conversation_id"]
COLUMNS = [*(getattr(OfferRow, name) for name in STORED), chat_queries.id_of_deal(OfferRow.deal_id)]
_by_id = select(*COLUMNS).where(OfferRow.id == bindparam("offer_id"))
_one, _one_locked = PreparedSelect(_by_id), PreparedSelect(_by_id.with_for_update())
_next_number = PreparedSelect(select(offer_numbers.next_value()))


@dataclass(frozen=True, slots=True)
class _Listed:
    """An offer with the values that lists are sorted by."""

    offer: Offer
    id: str
    created_at: datetime
    updated_at: datetime
    total: int
    expires_at: datetime


def get(offer_id: str) -> Offer | None:
    """Return an offer."""
    row = db.fetch_tuple(_one, {"offer_id": offer_id})
    return None if row is None else Offer(*row)


def lock(offer_id: str) -> Offer | None:
    """Return an offer, row-locked. It is the first row that a transaction locks."""
    row = db.fetch_tuple(_one_locked, {"offer_id": offer_id})
    return None if row is None else Offer(*row)


def by_number(offer_number: str) -> Offer | None:
    """Return an offer by its number."""
    row = db.fetch_one(select(*COLUMNS).where(OfferRow.offer_number == offer_number))
    return None if row is None else Offer(*row)


def by_ids(offer_ids: Iterable[str]) -> dict[str, Offer]:
    """Return offers by id, without those that do not exist."""
    rows = db.fetch_all(select(*COLUMNS).where(among(OfferRow.id, offer_ids)))
    return {row.id: Offer(*row) for row in rows}


def latest(deal_id: str) -> Offer | None:
    """Return the latest offer of a deal."""
    query = select(*COLUMNS).where(OfferRow.deal_id == deal_id).order_by(OfferRow.id.desc()).limit(1)
    row = db.fetch_one(query)
    return None if row is None else Offer(*row)


def of_deal(deal_id: str) -> list[Offer]:
    """Return the offers of a deal, row-locked. No other transaction can add one, since the first one is row-locked."""
    db.fetch_tuple(_one_locked, {"offer_id": deal_id})
    query = select(*COLUMNS).where(OfferRow.deal_id == deal_id).order_by(OfferRow.id)
    return [Offer(*row) for row in db.fetch_all(query.with_for_update(of=OfferRow))]


def next_number() -> str:
    """Return the next offer number, short enough to be read out on the telephone."""
    (number,) = db.fetch_tuple(_next_number, {}) or (None,)
    return f"Q{number}"


def page(
    actor: Actor, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Offer], str | None]:
    """Return one page of the offers that `actor` takes part in (staff: all), and the next page's cursor."""
    query = select(*COLUMNS).where(_visible(actor), *_conditions(actor, filters))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=OfferRow.id, limit=limit, cursor=cursor)
    listed = [_listed(Offer(*row)) for row in db.fetch_all(query)]
    cut, following = pagination.cut(listed, sort=sort, limit=limit)
    return [each.offer for each in cut], following


def overdue(moment: datetime, limit: int) -> list[str]:
    """Return the ids of open offers of which the time has passed."""
    query = select(OfferRow.id).where(text(models.OPEN), OfferRow.expires_at <= moment)
    return [row.id for row in db.fetch_all(query.order_by(OfferRow.expires_at).limit(limit))]


def searchable(offer: Offer) -> str:
    """Return the words of an offer as the column `words` keeps them for the search, in the text form of `tsvector`."""
    names = [item["name"] for item in offer.items]
    return words.index([offer.offer_number, *names, offer.terms.get("notes"), offer.message])


def _listed(offer: Offer) -> _Listed:
    total = UNPRICED if offer.total is None else offer.total
    return _Listed(offer, offer.id, offer.created_at, offer.updated_at, total, offer.expires_at)


def _visible(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.may(OFFERS_READ) else _takes_part(actor.id)


def _takes_part(user_id: str) -> ColumnElement[bool]:
    return or_(OfferRow.seller_id == user_id, OfferRow.buyer_id == user_id)


def _conditions(actor: Actor, filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions: dict[str, Any] = {
        "status": OfferRow.status.in_,
        "as_": lambda value: (OfferRow.buyer_id if value == BUYER else OfferRow.seller_id) == actor.id,
        "turn": lambda _: (OfferRow.maker_id != actor.id) & OfferRow.status.in_(OPEN) & _takes_part(actor.id),
        "counterparty_id": _takes_part,
        "seller_id": lambda value: OfferRow.seller_id == value,
        "buyer_id": lambda value: OfferRow.buyer_id == value,
        "deal_id": lambda value: OfferRow.deal_id == value,
        "latest": lambda _: ~exists().where(_later.deal_id == OfferRow.deal_id, _later.id > OfferRow.id),
        "created_from": lambda value: OfferRow.created_at >= value,
        "created_to": lambda value: OfferRow.created_at < value,
        "q": lambda value: _found(value, in_all=actor.may(OFFERS_READ)),
    }
    return [conditions[name](value) for name, value in filters.items()]


def _found(wanted: str, *, in_all: bool) -> ColumnElement[bool]:
    return searching.matching(OfferRow, " & ".join(words.terms(wanted)), in_all=in_all)

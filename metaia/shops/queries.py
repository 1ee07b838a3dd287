"""Selects on profiles of partners, and the record that they return."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, literal_column, select

from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import array, is_among
from metaia.core.geo import Point
from metaia.shops.models import FollowerTotalRow, PartnerCategoryRow, PartnerProfileRow, RatingTotalRow
from metaia.users import queries as user_queries

FIRST = "00000000-0000-0000-0000-000000000000"  # lower than each id


@dataclass(frozen=True, slots=True)
class Shop:
    """The profile of a partner; models.PartnerProfileRow describes the columns. Amounts are in minor units.

    `active` and `role` are those of the partner's account.
    """

    user_id: str
    slug: str
    business_name: str
    currency: str
    time_zone: str
    status: str
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    category: str | None = None
    tags: tuple[str, ...] | list[str] = ()
    address: dict[str, Any] | None = None
    lat: float | None = None
    lng: float | None = None
    phone: str | None = None
    website: str | None = None
    logo_media_id: str | None = None
    banner_media_id: str | None = None
    media_ids: tuple[str, ...] | list[str] = ()
    price_level: int | None = None
    hidden_by_staff: bool = False
    status_reason: str | None = None
    weekly: dict[str, list[dict[str, str]]] | None = None
    exceptions: tuple[dict[str, Any], ...] | list[dict[str, Any]] = ()
    last_order_minutes: int = 0
    paused_until: datetime | None = None
    pause_reason: str | None = None
    preparation_minutes: int = 15
    busy_extra_minutes: int = 0
    accept_when_busy: bool = True
    minimum_order: int = 0
    fulfilments: tuple[str, ...] | list[str] = ("delivery", "pickup")
    custom_items: bool = False
    delivery_by: str = "pool"
    area: dict[str, Any] | None = None
    postal_codes: tuple[str, ...] | list[str] = ()
    tiers: tuple[dict[str, Any], ...] | list[dict[str, Any]] = ()
    fee_tax_rate_id: str | None = None
    courier_call: str = "ready"
    proof: dict[str, bool] | None = None
    menu_version: int = 1
    version: int = 1
    active: bool = True
    role: str = "tailor"

    @property
    def point(self) -> Point | None:
        """Return where the shop is."""
        return None if self.lat is None or self.lng is None else Point(self.lat, self.lng)

    @property
    def published(self) -> bool:
        """Return whether the public can see the shop."""
        return self.status == "published" and self.active


@dataclass(frozen=True, slots=True)
class Totals:
    """The ratings of a partner, 1 to 5 stars, and the number of its followers."""

    counts: tuple[int, ...] | list[int] = (0, 0, 0, 0, 0)
    followers: int = 0

    @property
    def ratings(self) -> int:
        """Return the number of ratings."""
        return sum(self.counts)

    @property
    def average(self) -> float | None:
        """Return the average number of stars with two decimals, None without ratings."""
        stars = sum(count * n for n, count in enumerate(self.counts, 1))
        return round(stars / self.ratings, 2) if self.ratings else None


STORED = [field.name for field in fields(Shop) if field.name not in {"active", "role"}]
COLUMNS = [*(getattr(PartnerProfileRow, name) for name in STORED), user_queries.ACTIVE, user_queries.ROLE]
SELECT = select(*COLUMNS).join(*user_queries.owner(PartnerProfileRow.user_id))
_one = SELECT.where(PartnerProfileRow.user_id == bindparam("partner_id"))
_by_id = PreparedSelect(_one)
_locked = PreparedSelect(_one.with_for_update(of=PartnerProfileRow, key_share=True))
_by_ids = PreparedSelect(SELECT.where(is_among(PartnerProfileRow.user_id, "partner_ids")))
# Literals, so that partial indexes are used by prepared statements, too.
OF_PARTNER = literal_column("rating_totals.subject_type") == literal_column("'partner'")
_totals = PreparedSelect(
    select(FollowerTotalRow.partner_id, RatingTotalRow.counts, FollowerTotalRow.followers)
    .outerjoin(
        RatingTotalRow,
        and_(OF_PARTNER, RatingTotalRow.subject_id == FollowerTotalRow.partner_id),
    )
    .where(is_among(FollowerTotalRow.partner_id, "partner_ids"))
)
_by_slug = PreparedSelect(SELECT.where(PartnerProfileRow.slug == bindparam("slug")))


def get(partner_id: str) -> Shop | None:
    """Return the profile of a partner, in any state."""
    row = db.fetch_tuple(_by_id, {"partner_id": partner_id})
    return None if row is None else Shop(*row)


def row_locked(partner_id: str) -> Shop | None:
    """Return the profile of a partner, row-locked in the running transaction: edits of one partner are serial."""
    row = db.fetch_tuple(_locked, {"partner_id": partner_id})
    return None if row is None else Shop(*row)


def by_ids(partner_ids: Collection[str]) -> dict[str, Shop]:
    """Return profiles by the ids of their partners, without those that do not exist."""
    rows = db.fetch_tuples(_by_ids, {"partner_ids": array(partner_ids)})
    return {row[0]: Shop(*row) for row in rows}


def totals(partner_ids: Collection[str]) -> dict[str, Totals]:
    """Return the ratings and followers of partners; those without any have no entry."""
    rows = db.fetch_tuples(_totals, {"partner_ids": array(partner_ids)})
    return {
        partner_id: Totals(counts or Totals().counts, followers or 0)
        for partner_id, counts, followers in rows
    }


def with_hours(after: str, limit: int) -> list[str]:
    """Return the ids of partners that have hours, in their order after an id."""
    row = PartnerProfileRow
    query = select(row.user_id).where(row.open_during.is_not(None), row.user_id > after)
    return [each.user_id for each in db.fetch_all(query.order_by(row.user_id).limit(limit))]


def category_exists(slug: str) -> bool:
    """Return whether there is an active category with a slug."""
    row = PartnerCategoryRow
    return db.fetch_one(select(row.slug).where(row.slug == slug, row.active)) is not None


def slug_taken(slug: str, but: str) -> bool:
    """Return whether another partner than `but` has a slug."""
    row = PartnerProfileRow
    return db.fetch_one(select(row.user_id).where(row.slug == slug, row.user_id != but)) is not None


def by_slug(slug: str) -> Shop | None:
    """Return the profile with a slug, in any state."""
    row = db.fetch_tuple(_by_slug, {"slug": slug})
    return None if row is None else Shop(*row)


def published(partner_id: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that the partner with the id in this column has a published shop, with these conditions."""
    row = PartnerProfileRow
    shops = select(row.user_id).join(*user_queries.owner(row.user_id))
    shown = (row.user_id == partner_id, row.status == "published", user_queries.ACTIVE)
    return shops.where(*shown, *conditions).exists()

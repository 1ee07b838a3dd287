"""Tables of shops: profiles of partners, categories, and the totals that triggers keep."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZMULTIRANGE, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from metaia.core.db.geometry import BoxType, PointType, PolygonType
from metaia.extensions import Model

# As PostgreSQL spells them; (8 · 4.0 + the sum of the stars) / (8 + their number): a few ratings move little.
_MERCATOR = (
    "point(6371008.8::double precision * radians(lng), 6371008.8::double precision *"
    " ln(tan(pi() / 4::double precision + radians(lat) / 2::double precision)))"
)
_SCORE = (
    "(32 + counts[1] + 2 * counts[2] + 3 * counts[3] + 4 * counts[4] + 5 * counts[5])::double precision /"
    " (8.0::double precision + counts[1]::double precision + counts[2]::double precision"
    " + counts[3]::double precision + counts[4]::double precision + counts[5]::double precision)"
)
_LISTED = "status = 'published'"


class PartnerCategoryRow(Model):
    """A category of the directory, from the list of the house."""

    __tablename__ = "partner_categories"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(Boolean)


class PartnerProfileRow(Model):
    """The profile of a partner: what the directory shows, when it is open, and where it delivers.

    `menu_version` counts the changes of its catalogue. `open_during` has the times in which it takes orders, for some
    weeks (policy.py:KNOWN_DAYS); NULL: always. `geo_point` is in Mercator metres, the area in degrees. A shop
    that delivers to no place has no `area_box`.
    """

    __tablename__ = "partner_profiles"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    business_name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(ForeignKey("partner_categories.slug"))
    tags: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    address: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    lat: Mapped[float | None] = mapped_column(Double)
    lng: Mapped[float | None] = mapped_column(Double)
    geo_point: Mapped[str | None] = mapped_column(PointType, Computed(_MERCATOR, persisted=True))
    phone: Mapped[str | None] = mapped_column(String(64))
    website: Mapped[str | None] = mapped_column(String(300))
    logo_media_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    banner_media_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    media_ids: Mapped[list[str]] = mapped_column(ARRAY(Uuid(as_uuid=False)))
    currency: Mapped[str] = mapped_column(String(3))
    price_level: Mapped[int | None] = mapped_column(SmallInteger)
    time_zone: Mapped[str] = mapped_column(String(60))  # a name of IANA's
    status: Mapped[str] = mapped_column(String(12))
    hidden_by_staff: Mapped[bool] = mapped_column(Boolean)
    status_reason: Mapped[str | None] = mapped_column(Text)
    weekly: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # NULL: always open
    exceptions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  # {date, hours, note}
    last_order_minutes: Mapped[int] = mapped_column(Integer)  # before closing
    open_during: Mapped[Any] = mapped_column(TSTZMULTIRANGE, nullable=True)
    paused_until: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    pause_reason: Mapped[str | None] = mapped_column(Text)
    preparation_minutes: Mapped[int] = mapped_column(Integer)
    busy_extra_minutes: Mapped[int] = mapped_column(Integer)
    accept_when_busy: Mapped[bool] = mapped_column(Boolean)
    minimum_order: Mapped[int] = mapped_column(BigInteger)
    fulfilments: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    custom_items: Mapped[bool] = mapped_column(Boolean)  # whether customers may order what has no product
    delivery_by: Mapped[str] = mapped_column(String(16))
    area: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    area_box: Mapped[str | None] = mapped_column(BoxType)
    area_shape: Mapped[str | None] = mapped_column(PolygonType)
    reach_m: Mapped[int | None] = mapped_column(Integer)  # of the area and its tiers; NULL: no limit
    postal_codes: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    tiers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  # amounts in minor units
    fee_tax_rate_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))  # of the delivery fee
    courier_call: Mapped[str] = mapped_column(String(10))
    proof: Mapped[dict[str, bool]] = mapped_column(JSONB)
    menu_version: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    words: Mapped[Any] = mapped_column(TSVECTOR)
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        ForeignKeyConstraint(["user_id", "fee_tax_rate_id"], ["tax_rates.partner_id", "tax_rates.id"]),
        CheckConstraint("lat BETWEEN -85 AND 85", name="lat"),
        CheckConstraint("lng BETWEEN -180 AND 180", name="lng"),
        CheckConstraint("(lat IS NULL) = (lng IS NULL)", name="location"),
        CheckConstraint("price_level BETWEEN 1 AND 4", name="price_level"),
        CheckConstraint("minimum_order >= 0", name="minimum_order"),
        CheckConstraint("status IN ('draft', 'in_review', 'published', 'hidden')", name="status"),
        CheckConstraint("delivery_by IN ('pool', 'own', 'own_then_pool', 'none')", name="delivery_by"),
        Index(
            "ix_partner_profiles_geo_point", "geo_point", postgresql_using="gist", postgresql_where=_LISTED
        ),
        Index("ix_partner_profiles_area_box", "area_box", postgresql_using="gist", postgresql_where=_LISTED),
        Index("ix_partner_profiles_words", "words", postgresql_using="gin"),
        Index("ix_partner_profiles_postal_codes", "postal_codes", postgresql_using="gin"),
        Index("ix_partner_profiles_tags", "tags", postgresql_using="gin"),
        Index("ix_partner_profiles_name", "business_name", "user_id", postgresql_where=_LISTED),
        Index("ix_partner_profiles_created_at", "created_at", "user_id", postgresql_where=_LISTED),
        Index("ix_partner_profiles_category", "category", postgresql_where=_LISTED),
        Index("ix_partner_profiles_status", "status", "updated_at", "user_id"),
    )


class RatingTotalRow(Model):
    """How often 1 to 5 stars were given to a partner, a courier or a product. Only triggers on reviews write it."""

    __tablename__ = "rating_totals"

    subject_type: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    counts: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{0,0,0,0,0}")
    score: Mapped[float] = mapped_column(Double, Computed(_SCORE, persisted=True))

    __table_args__ = (
        CheckConstraint("subject_type IN ('partner', 'courier', 'product')", name="subject_type"),
        CheckConstraint("array_length(counts, 1) = 5 AND 0 <= ALL (counts)", name="counts"),
        Index("ix_rating_totals_score", "score", "subject_id", postgresql_where="subject_type = 'partner'"),
    )


class FollowerTotalRow(Model):
    """The number of followers of a partner. Only triggers on follows write it."""

    __tablename__ = "follower_totals"

    partner_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    followers: Mapped[int] = mapped_column(Integer, server_default="0")

    __table_args__ = (
        CheckConstraint("followers >= 0", name="followers"),
        Index("ix_follower_totals_followers", "followers", "partner_id"),
    )

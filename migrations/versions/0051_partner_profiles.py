"""profiles of partners, their categories, and the totals of ratings and followers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZMULTIRANGE, TSVECTOR

from metaia.core.db.geometry import BoxType, PointType, PolygonType

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
MERCATOR = (
    "point(6371008.8::double precision * radians(lng), 6371008.8::double precision *"
    " ln(tan(pi() / 4::double precision + radians(lat) / 2::double precision)))"
)
SCORE = (
    "(32 + counts[1] + 2 * counts[2] + 3 * counts[3] + 4 * counts[4] + 5 * counts[5])::double precision /"
    " (8.0::double precision + counts[1]::double precision + counts[2]::double precision"
    " + counts[3]::double precision + counts[4]::double precision + counts[5]::double precision)"
)
LISTED = sa.text("status = 'published'")
# (name, columns, options)
INDEXES = (
    (
        "ix_partner_profiles_geo_point",
        ["geo_point"],
        {"postgresql_using": "gist", "postgresql_where": LISTED},
    ),
    ("ix_partner_profiles_area_box", ["area_box"], {"postgresql_using": "gist", "postgresql_where": LISTED}),
    ("ix_partner_profiles_words", ["words"], {"postgresql_using": "gin"}),
    ("ix_partner_profiles_postal_codes", ["postal_codes"], {"postgresql_using": "gin"}),
    ("ix_partner_profiles_tags", ["tags"], {"postgresql_using": "gin"}),
    ("ix_partner_profiles_name", ["business_name", "user_id"], {"postgresql_where": LISTED}),
    ("ix_partner_profiles_created_at", ["created_at", "user_id"], {"postgresql_where": LISTED}),
    ("ix_partner_profiles_category", ["category"], {"postgresql_where": LISTED}),
    ("ix_partner_profiles_status", ["status", "updated_at", "user_id"], {}),
)
CATEGORIES = (
    ("tailor", "Tailors"),
    ("fashion", "Fashion"),
    ("restaurant", "Restaurants"),
    ("bakery", "Bakeries"),
    ("grocery", "Groceries"),
    ("beauty", "Beauty"),
    ("health", "Health"),
    ("flowers", "Flowers and gifts"),
    ("services", "Services"),
    ("other", "Other"),
)


def upgrade() -> None:
    categories = op.create_table(
        "partner_categories",
        sa.Column("slug", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.bulk_insert(
        categories,
        [
            {"slug": slug, "name": name, "position": place, "active": True}
            for place, (slug, name) in enumerate(CATEGORIES)
        ],
    )
    _create_profiles()
    _create_totals()


def _create_profiles() -> None:
    op.create_table(
        "partner_profiles",
        sa.Column("user_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("slug", sa.String(60), nullable=False, unique=True),
        sa.Column("business_name", sa.String(120), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("category", sa.String(40), sa.ForeignKey("partner_categories.slug")),
        sa.Column("tags", ARRAY(sa.String(40)), nullable=False),
        sa.Column("address", JSONB(none_as_null=True)),
        sa.Column("lat", sa.Double),
        sa.Column("lng", sa.Double),
        sa.Column("geo_point", PointType, sa.Computed(MERCATOR, persisted=True)),
        sa.Column("phone", sa.String(64)),
        sa.Column("website", sa.String(300)),
        sa.Column("logo_media_id", ID),
        sa.Column("banner_media_id", ID),
        sa.Column("media_ids", ARRAY(ID), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("price_level", sa.SmallInteger),
        sa.Column("time_zone", sa.String(60), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("hidden_by_staff", sa.Boolean, nullable=False),
        sa.Column("status_reason", sa.Text),
        sa.Column("weekly", JSONB(none_as_null=True)),
        sa.Column("exceptions", JSONB, nullable=False),
        sa.Column("last_order_minutes", sa.Integer, nullable=False),
        sa.Column("open_during", TSTZMULTIRANGE),
        sa.Column("paused_until", TIME),
        sa.Column("pause_reason", sa.Text),
        sa.Column("preparation_minutes", sa.Integer, nullable=False),
        sa.Column("busy_extra_minutes", sa.Integer, nullable=False),
        sa.Column("accept_when_busy", sa.Boolean, nullable=False),
        sa.Column("minimum_order", sa.BigInteger, nullable=False),
        sa.Column("fulfilments", ARRAY(sa.String(10)), nullable=False),
        sa.Column("custom_items", sa.Boolean, nullable=False),
        sa.Column("delivery_by", sa.String(16), nullable=False),
        sa.Column("area", JSONB(none_as_null=True)),
        sa.Column("area_box", BoxType),
        sa.Column("area_shape", PolygonType),
        sa.Column("reach_m", sa.Integer),
        sa.Column("postal_codes", ARRAY(sa.String(16)), nullable=False),
        sa.Column("tiers", JSONB, nullable=False),
        sa.Column("courier_call", sa.String(10), nullable=False),
        sa.Column("proof", JSONB, nullable=False),
        sa.Column("menu_version", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("words", TSVECTOR, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("lat BETWEEN -85 AND 85", name="lat"),
        sa.CheckConstraint("lng BETWEEN -180 AND 180", name="lng"),
        sa.CheckConstraint("(lat IS NULL) = (lng IS NULL)", name="location"),
        sa.CheckConstraint("price_level BETWEEN 1 AND 4", name="price_level"),
        sa.CheckConstraint("minimum_order >= 0", name="minimum_order"),
        sa.CheckConstraint("status IN ('draft', 'in_review', 'published', 'hidden')", name="status"),
        sa.CheckConstraint("delivery_by IN ('pool', 'own', 'own_then_pool', 'none')", name="delivery_by"),
    )
    for name, columns, options in INDEXES:
        op.create_index(name, "partner_profiles", columns, **options)


def _create_totals() -> None:
    op.create_table(
        "rating_totals",
        sa.Column("subject_type", sa.String(8), primary_key=True),
        sa.Column("subject_id", ID, primary_key=True),
        sa.Column("counts", ARRAY(sa.Integer), nullable=False, server_default="{0,0,0,0,0}"),
        sa.Column("score", sa.Double, sa.Computed(SCORE, persisted=True), nullable=False),
        sa.CheckConstraint("subject_type IN ('partner', 'courier', 'product')", name="subject_type"),
        sa.CheckConstraint("array_length(counts, 1) = 5 AND 0 <= ALL (counts)", name="counts"),
    )
    partners = sa.text("subject_type = 'partner'")
    op.create_index(
        "ix_rating_totals_score", "rating_totals", ["score", "subject_id"], postgresql_where=partners
    )
    op.create_table(
        "follower_totals",
        sa.Column("partner_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("followers", sa.Integer, nullable=False, server_default="0"),
        sa.CheckConstraint("followers >= 0", name="followers"),
    )
    op.create_index("ix_follower_totals_followers", "follower_totals", ["followers", "partner_id"])


def downgrade() -> None:
    for table in ("follower_totals", "rating_totals", "partner_profiles", "partner_categories"):
        op.drop_table(table)

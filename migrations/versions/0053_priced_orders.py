"""orders with prices of the catalogue; coupons, addresses and measurements of customers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
BATCH = 5_000
FIRST = "00000000-0000-0000-0000-000000000000"
AMOUNTS = ("discount", "fees", "tax_added", "tip")
OTHERS = {
    "fulfilment": sa.String(8),
    "destination": JSONB,
    "scheduled_for": TIME,
    "coupon_code": sa.String(40),
    "charges": JSONB,
    "pricing": JSONB,
    "commission_base": sa.BigInteger,
}
CHECKS = {
    "price": "total = subtotal + adjustment - discount + fees + tax_added + tip",
    "amounts": "subtotal >= 0 AND discount >= 0 AND fees >= 0 AND tax_added >= 0 AND tip >= 0",
    "subtotal": "subtotal IS NOT NULL",
}
# Releases before this one insert orders without a subtotal, and change earlier ones that are not filled yet.
TRIGGER = """
    CREATE OR REPLACE FUNCTION begin_price() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.subtotal := NEW.total - NEW.adjustment; RETURN NEW; END $$;
    CREATE OR REPLACE TRIGGER begin_price BEFORE INSERT OR UPDATE ON orders FOR EACH ROW
        WHEN (NEW.subtotal IS NULL) EXECUTE FUNCTION begin_price();
"""
FILL = sa.text(
    "UPDATE orders SET subtotal = total - adjustment WHERE id IN"
    " (SELECT id FROM orders WHERE subtotal IS NULL AND id > :after ORDER BY id LIMIT :limit) RETURNING id"
)
# The row of the coupon is row-locked by the UPDATE, so the counts after it contain what others have committed before.
USE = """
CREATE FUNCTION coupon_use() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    c coupons;
    uses bigint;
BEGIN
    IF NEW.kind = 'returned' THEN
        IF NOT EXISTS (SELECT FROM coupon_uses
                       WHERE order_id = NEW.order_id AND kind = 'used' AND coupon_id = NEW.coupon_id) THEN
            RAISE EXCEPTION 'the order has not used this coupon' USING ERRCODE = 'MA022';
        END IF;
        UPDATE coupons SET used = used - 1 WHERE id = NEW.coupon_id;
        RETURN NULL;
    END IF;
    UPDATE coupons SET used = used + 1
        WHERE id = NEW.coupon_id AND (usage_limit IS NULL OR used < usage_limit) RETURNING * INTO c;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the coupon is used up' USING ERRCODE = 'MA021', DETAIL = 'used_up';
    END IF;
    IF c.per_customer_limit IS NOT NULL THEN
        SELECT count(*) FILTER (WHERE kind = 'used') - count(*) FILTER (WHERE kind = 'returned') INTO uses
            FROM coupon_uses WHERE coupon_id = c.id AND customer_id = NEW.customer_id;
        IF uses > c.per_customer_limit THEN
            RAISE EXCEPTION 'the customer has used the coupon' USING ERRCODE = 'MA021', DETAIL = 'per_customer';
        END IF;
    END IF;
    IF c.first_order_only AND EXISTS (
        SELECT FROM orders WHERE customer_id = NEW.customer_id AND id <> NEW.order_id
            AND status NOT IN ('rejected', 'cancelled') AND (c.partner_id IS NULL OR partner_id = c.partner_id)
    ) THEN
        RAISE EXCEPTION 'the customer has ordered before' USING ERRCODE = 'MA021', DETAIL = 'not_first_order';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER coupon_use AFTER INSERT ON coupon_uses FOR EACH ROW EXECUTE FUNCTION coupon_use();
"""
# A code is unique among those of one partner, and of the house. It comes first: quotes find it among those of all.
CODE = (
    "CREATE UNIQUE INDEX uq_coupons_code ON coupons (code_key, coalesce(partner_id, '" + FIRST + "'::uuid))"
)


def upgrade() -> None:
    if not sa.inspect(op.get_bind()).has_table("coupons"):  # there are, if this migration was interrupted
        _extend_orders()
        _create_coupons()
        _create_customers()
    _fill_orders()


def _extend_orders() -> None:
    op.add_column("orders", sa.Column("subtotal", sa.BigInteger))
    for name in (
        AMOUNTS
    ):  # constants as defaults: PostgreSQL rewrites no row, and releases before this one can insert
        op.add_column("orders", sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
    for name, kind in OTHERS.items():
        op.add_column("orders", sa.Column(name, kind))
    op.execute(TRIGGER)
    for name, check in CHECKS.items():
        op.execute(f"ALTER TABLE orders ADD CONSTRAINT ck_orders_{name} CHECK ({check}) NOT VALID")


def _create_coupons() -> None:
    op.create_table(
        "coupons",
        sa.Column("id", ID, primary_key=True),
        sa.Column("partner_id", ID, sa.ForeignKey("users.id")),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("code_key", sa.String(160), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("max_discount", sa.BigInteger),
        sa.Column("minimum", sa.BigInteger),
        sa.Column("starts_at", TIME),
        sa.Column("ends_at", TIME),
        sa.Column("usage_limit", sa.Integer),
        sa.Column("per_customer_limit", sa.Integer),
        sa.Column("first_order_only", sa.Boolean, nullable=False),
        sa.Column("product_ids", JSONB),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("used >= 0", name="used"),
        sa.CheckConstraint("value >= 0 AND (kind <> 'percent' OR value <= 10000)", name="value"),
        sa.CheckConstraint("ends_at > starts_at", name="dates"),
    )
    op.execute(CODE)
    op.create_index("ix_coupons_partner_id", "coupons", ["partner_id", "id"])
    op.create_table(
        "coupon_uses",
        sa.Column("order_id", ID, sa.ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("coupon_id", ID, sa.ForeignKey("coupons.id"), nullable=False),
        sa.Column("customer_id", ID),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("kind IN ('used', 'returned')", name="kind"),
    )
    op.create_index("ix_coupon_uses_coupon_id", "coupon_uses", ["coupon_id", "customer_id"])
    op.execute(USE)


def _create_customers() -> None:
    op.create_table(
        "addresses",
        sa.Column("id", ID, primary_key=True),
        sa.Column("user_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("lat", sa.Double),
        sa.Column("lng", sa.Double),
        sa.Column("instructions", sa.Text),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("(lat IS NULL) = (lng IS NULL)", name="point"),
        sa.CheckConstraint("lat BETWEEN -85 AND 85 AND lng BETWEEN -180 AND 180", name="on_earth"),
    )
    op.create_index("ix_addresses_user_id", "addresses", ["user_id", "id"])
    default = {"unique": True, "postgresql_where": sa.text("is_default")}
    op.create_index("uq_addresses_default", "addresses", ["user_id"], **default)
    op.create_table(
        "measurements",
        sa.Column("id", ID, primary_key=True),
        sa.Column("user_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("sizes", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
    )
    op.create_index("ix_measurements_user_id", "measurements", ["user_id", "id"])


def _fill_orders() -> None:
    with op.get_context().autocommit_block():  # each statement commits, so that row locks are short
        bind, after = op.get_bind(), FIRST
        while ids := bind.execute(FILL, {"after": after, "limit": BATCH}).scalars().all():
            after = str(max(ids))
        for name in CHECKS:
            op.execute(f"ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_{name}")  # without blocking writers
    op.alter_column("orders", "subtotal", nullable=False)  # reads no row, as the constraint is valid
    op.execute("ALTER TABLE orders DROP CONSTRAINT IF EXISTS ck_orders_subtotal")


def downgrade() -> None:
    for table in ("measurements", "addresses", "coupon_uses", "coupons"):
        op.drop_table(table)
    op.execute("DROP FUNCTION coupon_use()")
    op.execute("DROP TRIGGER begin_price ON orders")
    op.execute("DROP FUNCTION begin_price()")
    for name in ("price", "amounts"):
        op.drop_constraint(name, "orders", type_="check")
    for name in ("subtotal", *AMOUNTS, *OTHERS):
        op.drop_column("orders", name)

"""catalogues: sections, products with variants and modifier groups, tax rates, and the moves of stock"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
MOST = 10**13
ACTIVE = sa.text("active")
TABLES = (
    "stock_moves", "product_modifier_groups", "modifier_options", "modifier_groups", "product_variants", "products",
    "tax_rates", "sections",
)  # fmt: skip
# BEFORE each row, so that variants are row-locked in the order of the rows, and before the triggers of whole statements
# lock coupons and balances. A variant without a stock is not row-locked when it is sold. It is when counted pieces come
# back, so that a stock which is set meanwhile contains them.
MOVE = """
CREATE FUNCTION stock_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    here integer;
    sold record;
BEGIN
    IF NEW.kind = 'returned' THEN
        SELECT quantity, counted INTO sold FROM stock_moves
            WHERE order_id = NEW.order_id AND variant_id = NEW.variant_id AND kind = 'sold';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'order % has bought nothing of variant %', NEW.order_id, NEW.variant_id
                USING ERRCODE = 'MA022';
        END IF;
        NEW.quantity := sold.quantity;
        NEW.counted := sold.counted;
        IF sold.counted THEN
            UPDATE product_variants SET stock = stock + sold.quantity WHERE id = NEW.variant_id;
        END IF;
        RETURN NEW;
    END IF;
    NEW.counted := false;
    PERFORM 1 FROM product_variants WHERE id = NEW.variant_id AND stock IS NOT NULL;
    IF NOT FOUND THEN
        RETURN NEW;
    END IF;
    SELECT stock INTO here FROM product_variants WHERE id = NEW.variant_id FOR NO KEY UPDATE;
    IF here < NEW.quantity THEN
        RAISE EXCEPTION 'variant % has not that much', NEW.variant_id
            USING ERRCODE = 'MA020', DETAIL = NEW.variant_id || ' ' || here;
    END IF;
    IF here IS NOT NULL THEN
        UPDATE product_variants SET stock = here - NEW.quantity WHERE id = NEW.variant_id;
        NEW.counted := true;
    END IF;
    RETURN NEW;
END $$
"""
APPEND_ONLY = """
CREATE FUNCTION stock_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'moves of stock are append-only' USING ERRCODE = 'MA000'; END $$
"""


def upgrade() -> None:
    _create_sections()
    _create_products()
    _create_variants()
    _create_groups()
    _create_moves()


def _own() -> list:
    """Return the columns of a row of a partner that clients change, and the key of composite foreign keys."""
    return [
        sa.Column("id", ID, primary_key=True),
        sa.Column("partner_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.UniqueConstraint("partner_id", "id"),
    ]


def _offered() -> list:
    return [
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("available", sa.Boolean, nullable=False),
        sa.Column("sold_out_until", TIME),
        sa.Column("active", sa.Boolean, nullable=False),
    ]


def _of_partner(column: str, table: str, **options) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["partner_id", column], [f"{table}.partner_id", f"{table}.id"], **options)


def _create_sections() -> None:
    op.create_table(
        "sections",
        *_own(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("hours", JSONB),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "tax_rates",
        *_own(),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("rate_bps", sa.Integer, nullable=False),
        sa.Column("included", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.CheckConstraint("rate_bps BETWEEN 0 AND 5000", name="rate"),
    )


def _create_products() -> None:
    op.create_table(
        "products",
        *_own(),
        *_offered(),
        sa.Column("section_id", ID),
        sa.Column("tax_rate_id", ID),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("tags", JSONB, nullable=False),
        sa.Column("media_ids", JSONB, nullable=False),
        sa.Column("words", TSVECTOR, nullable=False),
        _of_partner("section_id", "sections", ondelete="SET NULL (section_id)"),
        _of_partner("tax_rate_id", "tax_rates"),
        sa.CheckConstraint("kind IN ('item', 'service')", name="kind"),
        sa.CheckConstraint(f"price BETWEEN 0 AND {MOST}", name="price"),
    )
    menu = ["partner_id", "section_id", "position"]
    op.create_index("ix_products_menu", "products", menu, postgresql_where=ACTIVE)
    op.create_index("ix_products_created_at", "products", ["created_at", "id"], postgresql_where=ACTIVE)
    op.create_index("ix_products_price", "products", ["currency", "price", "id"], postgresql_where=ACTIVE)
    op.create_index("ix_products_words", "products", ["words"], postgresql_using="gin")


def _create_variants() -> None:
    op.create_table(
        "product_variants",
        sa.Column("id", ID, primary_key=True),
        sa.Column("partner_id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        *_offered(),
        sa.Column("name", sa.String(120)),
        sa.Column("sku", sa.String(64)),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("compare_price", sa.BigInteger),
        sa.Column("sale_price", sa.BigInteger),
        sa.Column("sale_from", TIME),
        sa.Column("sale_until", TIME),
        sa.Column("stock", sa.Integer),
        sa.Column("stock_given", sa.BigInteger),
        _of_partner("product_id", "products"),
        *(
            sa.CheckConstraint(f"{name} BETWEEN 0 AND {MOST}", name=name)
            for name in ("price", "compare_price", "sale_price")
        ),
        sa.CheckConstraint("num_nulls(sale_price, sale_from, sale_until) IN (0, 3)", name="sale"),
        sa.CheckConstraint("sale_until > sale_from", name="sale_window"),
        sa.CheckConstraint("stock >= 0", name="stock"),
        sa.CheckConstraint("(stock IS NULL) = (stock_given IS NULL)", name="stock_given"),
    )
    table, named = "product_variants", sa.text("sku IS NOT NULL")
    op.create_index(
        "uq_product_variants_sku", table, ["partner_id", "sku"], unique=True, postgresql_where=named
    )
    op.create_index("ix_product_variants_product_id", table, ["product_id"])
    empty = sa.text("stock = 0")
    op.create_index("ix_product_variants_sold_out", table, ["partner_id", "id"], postgresql_where=empty)


def _create_groups() -> None:
    op.create_table(
        "modifier_groups",
        *_own(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("min", sa.Integer, nullable=False),
        sa.Column("max", sa.Integer, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("max_length", sa.Integer),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("unit", sa.String(2)),
        *(sa.Column(name, sa.Numeric(7, 2)) for name in ("min_value", "max_value", "step")),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.CheckConstraint("kind IN ('choice', 'text', 'measurement')", name="kind"),
        sa.CheckConstraint("min BETWEEN 0 AND max", name="limits"),
    )
    op.create_table(
        "modifier_options",
        sa.Column("id", ID, primary_key=True),
        sa.Column("group_id", ID, sa.ForeignKey("modifier_groups.id"), nullable=False, index=True),
        *_offered(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("max_quantity", sa.Integer, nullable=False),
        sa.Column("default", sa.Boolean, nullable=False),
        sa.CheckConstraint(f"price BETWEEN -{MOST} AND {MOST}", name="price"),
        sa.CheckConstraint("max_quantity BETWEEN 1 AND 100", name="max_quantity"),
    )
    op.create_table(
        "product_modifier_groups",
        sa.Column("product_id", ID, primary_key=True),
        sa.Column("group_id", ID, primary_key=True, index=True),
        sa.Column("partner_id", ID, nullable=False),
        sa.Column("min", sa.Integer),
        sa.Column("max", sa.Integer),
        sa.Column("position", sa.Integer, nullable=False),
        _of_partner("product_id", "products"),
        _of_partner("group_id", "modifier_groups"),
        sa.CheckConstraint("min BETWEEN 0 AND max", name="limits"),
    )


def _create_moves() -> None:
    op.create_table(
        "stock_moves",
        sa.Column("order_id", ID, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("variant_id", ID, sa.ForeignKey("product_variants.id"), primary_key=True),
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("counted", sa.Boolean, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("kind IN ('sold', 'returned')", name="kind"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )
    op.create_index("ix_stock_moves_variant_id", "stock_moves", ["variant_id"])
    op.execute(MOVE)
    op.execute(APPEND_ONLY)
    op.execute(
        "CREATE TRIGGER stock_move BEFORE INSERT ON stock_moves FOR EACH ROW EXECUTE FUNCTION stock_move()"
    )
    op.execute(
        "CREATE TRIGGER stock_append_only BEFORE UPDATE OR DELETE ON stock_moves FOR EACH STATEMENT"
        " EXECUTE FUNCTION stock_append_only()"
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION stock_move()")
    op.execute("DROP FUNCTION stock_append_only()")

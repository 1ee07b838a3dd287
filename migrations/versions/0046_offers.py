"""offers with their history; of orders: the deal, the accepted offer and an adjustment of the total"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
OPEN = sa.text("status IN ('pending', 'countered')")
BATCH = 5_000
# Releases before this one insert orders without a deal.
TRIGGER = """
    CREATE OR REPLACE FUNCTION begin_deal() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.deal_id := NEW.id; RETURN NEW; END $$;
    CREATE OR REPLACE TRIGGER begin_deal BEFORE INSERT ON orders FOR EACH ROW
        WHEN (NEW.deal_id IS NULL) EXECUTE FUNCTION begin_deal();
"""
FILL = sa.text(
    "UPDATE orders SET deal_id = id WHERE id IN"
    " (SELECT id FROM orders WHERE deal_id IS NULL AND id > :after ORDER BY id LIMIT :limit) RETURNING id"
)
FIRST = "00000000-0000-0000-0000-000000000000"
UNIQUE = {"uq_orders_deal_id": "deal_id", "uq_orders_offer_id": "offer_id"}
# (name, columns, options)
INDEXES = (
    ("uq_offers_open_deal", ["deal_id"], {"unique": True, "postgresql_where": OPEN}),
    ("ix_offers_deal_id", ["deal_id"], {}),
    ("ix_offers_seller_id", ["seller_id", "created_at"], {}),
    ("ix_offers_buyer_id", ["buyer_id", "created_at"], {}),
    ("ix_offers_created_at", ["created_at", "id"], {}),
    ("ix_offers_updated_at", ["updated_at", "id"], {}),
    ("ix_offers_expires_at", ["expires_at"], {"postgresql_where": OPEN}),
    ("ix_offers_words", ["words"], {"postgresql_using": "gin"}),
)


def upgrade() -> None:
    if not sa.inspect(op.get_bind()).has_table("offers"):  # there are, if this migration was interrupted
        _create_offers()
        _create_steps()
        _extend_orders()
    _fill_orders()


def _create_offers() -> None:
    op.execute("CREATE SEQUENCE offer_numbers START 100001")
    op.create_table(
        "offers",
        sa.Column("id", ID, primary_key=True),
        sa.Column("offer_number", sa.String(20), nullable=False, unique=True),
        sa.Column("deal_id", ID, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("seller_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("buyer_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("maker_id", ID, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("items", JSONB, nullable=False),
        sa.Column("adjustment", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger),
        sa.Column("first_total", sa.BigInteger),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("terms", JSONB, nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("customer_info", JSONB, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("order_id", ID, unique=True),
        sa.Column("order_number", sa.String(20)),
        sa.Column("reject_reason", sa.String(20)),
        sa.Column("previous_offer_id", ID, sa.ForeignKey("offers.id")),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("answered_at", TIME),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("words", TSVECTOR, nullable=False),
        sa.CheckConstraint("seller_id <> buyer_id", name="two_parties"),
        sa.CheckConstraint("maker_id IN (seller_id, buyer_id)", name="maker"),
        sa.CheckConstraint("(status = 'accepted') = (order_id IS NOT NULL)", name="order"),
        sa.CheckConstraint("status <> 'accepted' OR total IS NOT NULL", name="priced"),
        sa.CheckConstraint("total >= 0", name="total"),
    )
    for name, columns, options in INDEXES:
        op.create_index(name, "offers", columns, **options)


def _create_steps() -> None:
    op.create_table(
        "offer_steps",
        sa.Column("offer_id", ID, sa.ForeignKey("offers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("previous_status", sa.String(12)),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("actor_id", ID),
        sa.Column("actor_role", sa.String(16), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("after", JSONB, nullable=False),
        sa.Column("at", TIME, nullable=False),
    )


def _extend_orders() -> None:
    op.execute("ALTER TABLE orders ADD COLUMN deal_id uuid, ADD COLUMN offer_id uuid")
    op.add_column("orders", sa.Column("adjustment", sa.BigInteger, nullable=False, server_default="0"))
    op.execute(TRIGGER)
    op.execute(
        "ALTER TABLE orders ADD CONSTRAINT fk_orders_offer_id_offers FOREIGN KEY (offer_id)"
        " REFERENCES offers (id) NOT VALID, ADD CONSTRAINT deal CHECK (deal_id IS NOT NULL) NOT VALID"
    )


def _fill_orders() -> None:
    with op.get_context().autocommit_block():  # each statement commits, so that row locks are short
        bind, after = op.get_bind(), FIRST
        while ids := bind.execute(FILL, {"after": after, "limit": BATCH}).scalars().all():
            after = str(max(ids))
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_offer_id_offers")
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT deal")  # without blocking writers
        for name, column in UNIQUE.items():
            op.drop_index(name, table_name="orders", if_exists=True, postgresql_concurrently=True)
            op.create_index(name, "orders", [column], unique=True, postgresql_concurrently=True)
    op.alter_column("orders", "deal_id", nullable=False)  # reads no row, as the constraint is valid
    op.execute("ALTER TABLE orders DROP CONSTRAINT deal")


def downgrade() -> None:
    op.execute("DROP TRIGGER begin_deal ON orders")
    op.execute("DROP FUNCTION begin_deal()")
    for name in ("adjustment", "offer_id", "deal_id"):
        op.drop_column("orders", name)
    op.drop_table("offer_steps")
    op.drop_table("offers")
    op.execute("DROP SEQUENCE offer_numbers")

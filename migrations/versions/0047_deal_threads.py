"""deals: the threads of events, and the deal that a payment belongs to"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
THREADS, OUTBOX, PAYMENTS = "event_threads", "outbox", "payments"
# (name, table, columns, options)
INDEXES = (
    ("ix_bookings_customer_id_created_at", "bookings", ["customer_id", "created_at"], {}),
    ("ix_bookings_partner_id_created_at", "bookings", ["partner_id", "created_at"], {}),
    (
        "ix_participants_couriers", "participants", ["conversation_id"],
        {"postgresql_where": sa.text("left_seq IS NULL AND role = 'delivery'")},
    ),
)  # fmt: skip
BATCH = 5_000
FIRST = "00000000-0000-0000-0000-000000000000"
# The deal of an order is the order's; a booking is its own deal.
FILL = sa.text(
    "WITH batch AS (SELECT id FROM payments WHERE id > :after ORDER BY id LIMIT :limit), filled AS ("
    " UPDATE payments SET deal_id = CASE purpose_type WHEN 'booking' THEN purpose_id::uuid"
    "  ELSE (SELECT deal_id FROM orders WHERE orders.id = payments.order_id) END"
    " FROM batch WHERE payments.id = batch.id AND deal_id IS NULL AND purpose_type IN ('order', 'booking'))"
    " SELECT id FROM batch"
)


def upgrade() -> None:
    if not sa.inspect(op.get_bind()).has_table(THREADS):  # there is, if this migration was interrupted
        _create_threads()
        # nullable and without a default: PostgreSQL rewrites no row, and releases before this one can insert
        op.add_column(OUTBOX, sa.Column("thread", ID))
        op.add_column(OUTBOX, sa.Column("thread_ref", sa.Text))
        op.create_check_constraint("thread", OUTBOX, "(thread IS NULL) = (thread_ref IS NULL)")
        op.add_column(PAYMENTS, sa.Column("deal_id", ID))
    with op.get_context().autocommit_block():  # each statement commits, so that row locks are short
        bind, after = op.get_bind(), FIRST
        while ids := bind.execute(FILL, {"after": after, "limit": BATCH}).scalars().all():
            after = str(max(ids))
        for name, table, columns, options in INDEXES:  # one that was interrupted is there, and invalid
            op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
            op.create_index(name, table, columns, postgresql_concurrently=True, **options)


def _create_threads() -> None:
    op.create_table(
        THREADS,
        sa.Column("thread", ID, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("actor", sa.String(64)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name, table, *_ in INDEXES:
            op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
    op.drop_column(PAYMENTS, "deal_id")
    op.drop_constraint("thread", OUTBOX, type_="check")
    op.drop_column(OUTBOX, "thread_ref")
    op.drop_column(OUTBOX, "thread")
    op.drop_table(THREADS)

"""derived tables of analytics: facts, rollups by quarter hour, active days, cohorts, and the consumer's cursor"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
QUARTER = "bucket = date_bin('15 minutes', bucket, '2000-01-01 00:00:00+00'::timestamptz)"
MONEY = ("gross", "refunds", "disputes", "corrections", "commission", "fees", "payouts")
COUNTS = ("accepted", "rejected", "cancelled", "expired", "completed")


def upgrade() -> None:
    op.create_table(
        "analytics_cursor",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("epoch", sa.String(16), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("moved_at", TIME, nullable=False),
        sa.Column("booked_until", TIME, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("rebuilt_at", TIME),
        sa.Column("rebuilding", JSONB()),
        sa.Column("ticked_at", TIME),
        sa.Column("verified", JSONB()),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_analytics_cursor")),
    )
    # No epoch is empty, so the first job of the consumer rebuilds all tables.
    op.execute(
        "INSERT INTO analytics_cursor (name, epoch, position, at, moved_at, booked_until, zone)"
        " VALUES ('facts', '', 0, now(), now(), now(), '')"
    )
    _facts()
    _rollups()
    op.create_table(
        "activity_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("actions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "user_id", "role", name=op.f("pk_activity_days")),
    )
    op.create_table(
        "cohorts",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("first_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_cohorts")),
    )
    op.create_index("ix_cohorts_first_at", "cohorts", ["first_at"])


def _facts() -> None:
    op.create_table(
        "fact_orders",
        sa.Column("order_id", ID, nullable=False),
        *(sa.Column(name, ID) for name in ("customer_id", "partner_id", "courier_id")),
        sa.Column("currency", sa.String(3), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("total", "tip", "items")),
        sa.Column("placed_at", TIME, nullable=False),
        *(
            sa.Column(name, TIME)
            for name in ("accepted_at", "ready_at", "picked_at", "delivered_at", "ended_at")
        ),
        sa.Column("outcome", sa.String(10)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_fact_orders")),
    )
    for axis in ("placed_at", "accepted_at", "ended_at"):
        op.create_index(f"ix_fact_orders_{axis}", "fact_orders", [axis, "order_id"])
    op.create_index("ix_fact_orders_customer_id", "fact_orders", ["customer_id", "placed_at", "order_id"])
    op.create_index("ix_fact_orders_partner_id", "fact_orders", ["partner_id", "placed_at"])
    op.create_table(
        "fact_money",
        sa.Column("posting_id", ID, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("booked_at", TIME, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80)),
        sa.Column("partner_id", ID),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in MONEY),
        sa.PrimaryKeyConstraint("posting_id", "currency", name=op.f("pk_fact_money")),
    )
    op.create_index("ix_fact_money_booked_at", "fact_money", ["booked_at", "posting_id"])
    op.create_index("ix_fact_money_partner_id", "fact_money", ["partner_id", "booked_at"])
    op.create_table(
        "fact_actions",
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("object_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("source", "object_id", "seq", name=op.f("pk_fact_actions")),
        sa.CheckConstraint(
            "source IN ('order', 'offer', 'booking', 'message', 'review', 'payment')",
            name=op.f("ck_fact_actions_source"),
        ),
    )
    op.create_index("ix_fact_actions_user_id", "fact_actions", ["user_id", "at"])


def _rollups() -> None:
    counted = [
        sa.Column("placed", sa.Integer(), nullable=False),
        sa.Column("gmv", sa.BigInteger(), nullable=False),
        sa.Column("items", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("completed_value", sa.BigInteger(), nullable=False),
        sa.Column("tips", sa.BigInteger(), nullable=False),
    ]
    booked = [sa.Column(name, sa.BigInteger(), nullable=False) for name in MONEY]
    for table, values in (("rollup_orders", counted), ("rollup_money", booked)):
        op.create_table(
            table,
            sa.Column("bucket", TIME, nullable=False),
            sa.Column("partner_id", ID, nullable=False),
            sa.Column("currency", sa.String(3), nullable=False),
            *values,
            sa.PrimaryKeyConstraint("bucket", "partner_id", "currency", name=op.f(f"pk_{table}")),
            sa.CheckConstraint(QUARTER, name=op.f(f"ck_{table}_quarter")),
        )
        op.create_index(f"ix_{table}_partner_id", table, ["partner_id", "bucket"])


def downgrade() -> None:
    for table in (
        "cohorts",
        "activity_days",
        "rollup_money",
        "rollup_orders",
        "fact_actions",
        "fact_money",
        "fact_orders",
        "analytics_cursor",
    ):
        op.drop_table(table)

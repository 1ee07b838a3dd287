"""shipments of orders, and their scans"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
OPEN = "closed_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "shipments",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("partner_id", ID),
        sa.Column("slug", sa.String(30), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("reference", sa.String(80)),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("items", JSONB()),
        sa.Column("weight", sa.Integer()),
        sa.Column("estimated_delivery", TIME),
        sa.Column("last_scan_at", TIME),
        sa.Column("closed_at", TIME),
        sa.Column("late_at", TIME),
        sa.Column("stale_at", TIME),
        sa.Column("stale_due_at", TIME, nullable=False),
        sa.Column("ask_at", TIME),
        sa.Column("asked_at", TIME),
        sa.Column("announced", JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipments")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_shipments_order_id_orders")),
        sa.ForeignKeyConstraint(["partner_id"], ["users.id"], name=op.f("fk_shipments_partner_id_users")),
        sa.CheckConstraint(
            "status IN ('label', 'picked_up', 'in_transit', 'out_for_delivery', 'attempt_failed', 'pickup_point',"
            " 'delivered', 'returning', 'returned', 'lost', 'cancelled')",
            name=op.f("ck_shipments_status"),
        ),
        sa.CheckConstraint(
            "(closed_at IS NOT NULL) = (status IN ('delivered', 'returned', 'lost', 'cancelled'))",
            name=op.f("ck_shipments_closed"),
        ),
        sa.CheckConstraint("weight > 0", name=op.f("ck_shipments_weight")),
    )
    op.create_index(
        "uq_shipments_slug",
        "shipments",
        ["slug", "code", "order_id"],
        unique=True,
        postgresql_where="status <> 'cancelled'",
    )
    op.create_index("ix_shipments_order_id", "shipments", ["order_id"])
    op.create_index("ix_shipments_code", "shipments", ["code"])
    op.create_index("ix_shipments_partner_id", "shipments", ["partner_id", "created_at", "id"])
    op.create_index("ix_shipments_created_at", "shipments", ["created_at", "id"])
    for name, columns, condition in (
        (
            "estimated_delivery",
            ["estimated_delivery"],
            f"{OPEN} AND late_at IS NULL AND estimated_delivery IS NOT NULL",
        ),
        ("stale_due_at", ["stale_due_at"], f"{OPEN} AND stale_at IS NULL"),
        ("ask_at", ["ask_at"], "ask_at IS NOT NULL"),
        ("late", ["created_at", "id"], f"{OPEN} AND late_at IS NOT NULL"),
        ("stale", ["created_at", "id"], f"{OPEN} AND stale_at IS NOT NULL"),
    ):
        op.create_index(f"ix_shipments_{name}", "shipments", columns, postgresql_where=condition)
    op.create_table(
        "shipment_scans",
        sa.Column("id", ID, nullable=False),
        sa.Column("shipment_id", ID, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("place", JSONB()),
        sa.Column("message", sa.Text()),
        sa.Column("received_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_scans")),
        sa.ForeignKeyConstraint(
            ["shipment_id"],
            ["shipments.id"],
            name=op.f("fk_shipment_scans_shipment_id_shipments"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "shipment_id", "status", "at", "key", name=op.f("uq_shipment_scans_shipment_id_status_at_key")
        ),
    )
    op.create_index("ix_shipment_scans_received_at", "shipment_scans", ["received_at"])


def downgrade() -> None:
    op.drop_table("shipment_scans")
    op.drop_table("shipments")

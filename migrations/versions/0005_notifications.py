"""notifications: preferences, devices, deliveries and their attempts"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Deliveries had no queue, provider or reason, so unsent notifications are planned again.
PLAN_AGAIN = """
    UPDATE notifications SET planned_at = created_at WHERE NOT EXISTS (
        SELECT FROM deliveries WHERE notification_id = notifications.id AND status IN ('queued', 'sending')
    );
    DELETE FROM deliveries;
"""


def upgrade() -> None:
    op.create_table(
        "suppressions",
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_suppressions")),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("token", sa.String(length=1000), nullable=False),
        sa.Column("keys", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_because", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_devices_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("kind", "token", name=op.f("uq_devices_kind_token")),
    )
    op.create_index(op.f("ix_devices_user_id"), "devices", ["user_id"], unique=False)
    op.create_table(
        "notification_preferences",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("off", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_notification_preferences_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notification_preferences")),
    )
    op.create_table(
        "delivery_attempts",
        sa.Column("delivery_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("answer", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_delivery_attempts_delivery_id_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_delivery_attempts")),
    )
    op.create_table(
        "delivery_receipts",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("delivery_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_delivery_receipts_delivery_id_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_receipts")),
    )
    op.create_index(
        op.f("ix_delivery_receipts_delivery_id"), "delivery_receipts", ["delivery_id"], unique=False
    )
    op.add_column("notifications", sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(PLAN_AGAIN)
    op.add_column("deliveries", sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False))
    op.add_column("deliveries", sa.Column("queue", sa.String(length=10), nullable=False))
    op.add_column("deliveries", sa.Column("reason", sa.String(length=40), nullable=True))
    op.add_column("deliveries", sa.Column("digest", sa.Boolean(), nullable=False))
    op.add_column("deliveries", sa.Column("unless_seen", sa.Boolean(), nullable=False))
    op.add_column("deliveries", sa.Column("due_at", sa.DateTime(timezone=True), nullable=False))
    op.add_column("deliveries", sa.Column("provider", sa.String(length=20), nullable=True))
    op.add_column("deliveries", sa.Column("reference", sa.String(length=200), nullable=True))
    op.drop_index(
        op.f("ix_deliveries_unfinished"),
        table_name="deliveries",
        postgresql_where="status IN ('queued', 'sending')",
    )
    op.create_index("ix_deliveries_created_at", "deliveries", ["created_at"], unique=False)
    op.create_index(
        "ix_deliveries_tickets",
        "deliveries",
        ["id"],
        unique=False,
        postgresql_where="provider = 'expo' AND status = 'sent'",
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["queue", "due_at"],
        unique=False,
        postgresql_where="status = 'queued'",
    )
    op.create_index(
        "ix_deliveries_reference",
        "deliveries",
        ["provider", "reference"],
        unique=False,
        postgresql_where="reference IS NOT NULL",
    )
    op.create_index(
        "ix_deliveries_sending",
        "deliveries",
        ["updated_at"],
        unique=False,
        postgresql_where="status = 'sending'",
    )
    op.add_column(
        "notifications", sa.Column("queue", sa.String(length=10), server_default="default", nullable=False)
    )
    op.alter_column("notifications", "queue", server_default=None)
    op.add_column("notifications", sa.Column("email", sa.String(length=254), nullable=True))
    op.add_column("notifications", sa.Column("subject", sa.String(length=80), nullable=True))
    op.add_column("notifications", sa.Column("actor_id", sa.String(length=64), nullable=True))
    op.add_column("notifications", sa.Column("request_id", sa.String(length=64), nullable=True))
    op.add_column("notifications", sa.Column("campaign_id", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column("notifications", sa.Column("clicked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notifications", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_notifications_unread", table_name="notifications")
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["user_id"],
        unique=False,
        postgresql_where="read_at IS NULL AND shown AND deleted_at IS NULL",
    )
    op.create_index(
        "ix_notifications_campaign",
        "notifications",
        ["campaign_id", "user_id"],
        unique=True,
        postgresql_where="campaign_id IS NOT NULL",
    )
    op.create_index(
        "ix_notifications_unplanned",
        "notifications",
        ["queue", "id"],
        unique=False,
        postgresql_where="planned_at IS NULL",
    )


def downgrade() -> None:
    op.drop_index(
        "ix_notifications_unplanned", table_name="notifications", postgresql_where="planned_at IS NULL"
    )
    op.drop_index(
        "ix_notifications_campaign", table_name="notifications", postgresql_where="campaign_id IS NOT NULL"
    )
    op.execute("DELETE FROM notifications WHERE deleted_at IS NOT NULL")
    op.drop_index("ix_notifications_unread", table_name="notifications")
    op.create_index(
        "ix_notifications_unread", "notifications", ["user_id"], postgresql_where="read_at IS NULL AND shown"
    )
    op.drop_column("notifications", "deleted_at")
    op.drop_column("notifications", "clicked_at")
    op.drop_column("notifications", "planned_at")
    op.drop_column("notifications", "campaign_id")
    op.drop_column("notifications", "request_id")
    op.drop_column("notifications", "actor_id")
    op.drop_column("notifications", "subject")
    op.drop_column("notifications", "email")
    op.drop_column("notifications", "queue")
    op.drop_index("ix_deliveries_sending", table_name="deliveries", postgresql_where="status = 'sending'")
    op.drop_index(
        "ix_deliveries_reference", table_name="deliveries", postgresql_where="reference IS NOT NULL"
    )
    op.drop_index("ix_deliveries_due", table_name="deliveries", postgresql_where="status = 'queued'")
    op.drop_index("ix_deliveries_tickets", table_name="deliveries")
    op.drop_index("ix_deliveries_created_at", table_name="deliveries")
    op.create_index(
        op.f("ix_deliveries_unfinished"),
        "deliveries",
        ["updated_at"],
        unique=False,
        postgresql_where="status IN ('queued', 'sending')",
    )
    op.drop_column("deliveries", "reference")
    op.drop_column("deliveries", "provider")
    op.drop_column("deliveries", "due_at")
    op.drop_column("deliveries", "unless_seen")
    op.drop_column("deliveries", "digest")
    op.drop_column("deliveries", "reason")
    op.drop_column("deliveries", "queue")
    op.drop_column("deliveries", "user_id")
    op.drop_index(op.f("ix_delivery_receipts_delivery_id"), table_name="delivery_receipts")
    op.drop_table("delivery_receipts")
    op.drop_table("delivery_attempts")
    op.drop_table("notification_preferences")
    op.drop_index(op.f("ix_devices_user_id"), table_name="devices")
    op.drop_table("devices")
    op.drop_table("suppressions")

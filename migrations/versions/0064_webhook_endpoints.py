"""outgoing webhooks: endpoints, their messages and attempts, and how far the log was read for them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
WAITING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", ID, primary_key=True),
        sa.Column("owner_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("host", sa.String(300), nullable=False),
        sa.Column("description", sa.String(200)),
        sa.Column("events", ARRAY(sa.String(120)), nullable=False),
        sa.Column("ordering", sa.String(10), nullable=False),
        sa.Column("api_version", sa.String(20), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("verified_at", TIME),
        sa.Column("paused_at", TIME),
        sa.Column("paused_because", sa.String(20)),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("previous_secret", sa.LargeBinary),
        sa.Column("previous_until", TIME),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("failing_since", TIME),
        sa.Column("noticed_at", TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("state IN ('unverified', 'active', 'disabled')", name="state"),
        sa.CheckConstraint("ordering IN ('subject', 'none')", name="ordering"),
    )
    op.create_index("ix_webhook_endpoints_owner_id", "webhook_endpoints", ["owner_id", "id"])
    op.create_index("ix_webhook_endpoints_created_at", "webhook_endpoints", ["created_at", "id"])
    op.create_index(
        "ix_webhook_endpoints_active",
        "webhook_endpoints",
        ["id"],
        postgresql_where=sa.text("state = 'active'"),
    )
    _create_messages()
    op.create_table(
        "webhook_attempts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("message_id", ID, sa.ForeignKey("webhook_messages.id", ondelete="CASCADE"), nullable=False),
        sa.Column("endpoint_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("ms", sa.Integer, nullable=False),
        sa.Column("status", sa.SmallInteger),
        sa.Column("error", sa.String(300)),
        sa.Column("response", sa.String(500)),
    )
    op.create_index("ix_webhook_attempts_message_id", "webhook_attempts", ["message_id", "at"])
    op.create_index("ix_webhook_attempts_endpoint_id", "webhook_attempts", ["endpoint_id", "at"])
    op.create_table(
        "webhook_cursor",
        sa.Column("single", sa.Boolean, primary_key=True),
        sa.Column("epoch", sa.String(16), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("read_at", TIME, nullable=False),
        sa.CheckConstraint("single", name="only_one"),
    )
    op.execute("INSERT INTO webhook_cursor SELECT true, epoch, position, now() FROM log_head")


def _create_messages() -> None:
    op.create_table(
        "webhook_messages",
        sa.Column("id", ID, primary_key=True),
        sa.Column(
            "endpoint_id", ID, sa.ForeignKey("webhook_endpoints.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("room", sa.Text),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(80)),
        sa.Column("payload", JSONB),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.SmallInteger, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("leased_until", TIME),
        sa.Column("status", sa.SmallInteger),
        sa.Column("error", sa.String(300)),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("done_at", TIME),
        sa.UniqueConstraint("endpoint_id", "event_id", name=op.f("uq_webhook_messages_endpoint_id_event_id")),
        sa.CheckConstraint("state IN ('pending', 'delivered', 'failed', 'cancelled')", name="state"),
    )
    for name, columns, where in (
        ("due", ["endpoint_id", "due_at", "position"], WAITING),
        ("due_at", ["due_at"], WAITING),
        ("subject", ["endpoint_id", "subject", "position"], WAITING),
        ("leased", ["leased_until"], sa.text("leased_until IS NOT NULL")),
        ("listed", ["endpoint_id", "created_at", "id"], None),
        ("created_at", ["created_at"], None),
    ):
        op.create_index(f"ix_webhook_messages_{name}", "webhook_messages", columns, postgresql_where=where)


def downgrade() -> None:
    for name in ("webhook_cursor", "webhook_attempts", "webhook_messages", "webhook_endpoints"):
        op.drop_table(name)

"""webhook inbox: calls of vendors, stored unchanged"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhook_inbox",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_inbox")),
        sa.UniqueConstraint("source", "key", name=op.f("uq_webhook_inbox_source_key")),
    )
    op.create_index(
        "ix_webhook_inbox_undigested",
        "webhook_inbox",
        ["due_at"],
        unique=False,
        postgresql_where="digested_at IS NULL",
    )
    op.create_index("ix_webhook_inbox_received_at", "webhook_inbox", ["received_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_webhook_inbox_received_at", table_name="webhook_inbox")
    op.drop_index(
        "ix_webhook_inbox_undigested", table_name="webhook_inbox", postgresql_where="digested_at IS NULL"
    )
    op.drop_table("webhook_inbox")

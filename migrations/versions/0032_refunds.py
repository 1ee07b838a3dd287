"""refunds: requests, and what providers state about them"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
TABLE = "refunds"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ID, primary_key=True),
        sa.Column("payment_id", ID, sa.ForeignKey("payments.id"), nullable=False),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("attempt", sa.String(60), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("note", sa.String(300)),
        sa.Column("provider_ref", sa.String(60)),
        sa.Column("key", sa.String(120), unique=True),
        sa.Column("requested_by", ID),
        sa.Column("retried_by", ID),
        sa.Column("failure", sa.String(200)),
        sa.Column("due_at", TIME),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("error", sa.String(300)),
        sa.Column("settled_at", TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.UniqueConstraint("provider", "provider_ref"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
    op.create_index("ix_refunds_payment_id", TABLE, ["payment_id"])
    op.create_index("ix_refunds_created_at", TABLE, ["created_at", "id"])
    op.create_index("ix_refunds_due_at", TABLE, ["due_at"], postgresql_where=sa.text("settled_at IS NULL"))


def downgrade() -> None:
    op.drop_table(TABLE)

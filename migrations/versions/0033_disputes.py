"""disputes: what providers state about them, and our answers"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
TABLE = "disputes"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ID, primary_key=True),
        sa.Column("payment_id", ID, sa.ForeignKey("payments.id"), nullable=False),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(60), nullable=False),
        sa.Column("attempt", sa.String(60), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("status", sa.String(15), nullable=False),
        sa.Column("reason", sa.String(200)),
        sa.Column("refundable", sa.Boolean, nullable=False),
        sa.Column("held", sa.BigInteger, nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("decided_at", TIME),
        sa.Column("answer", sa.String(10)),
        sa.Column("summary", sa.String(1000)),
        sa.Column("answered_by", ID),
        sa.Column("due_at", TIME),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("error", sa.String(300)),
        sa.Column("answered_at", TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.UniqueConstraint("provider", "reference"),
        sa.CheckConstraint("held >= 0", name="held"),
    )
    op.create_index("ix_disputes_payment_id", TABLE, ["payment_id"])
    op.create_index("ix_disputes_created_at", TABLE, ["created_at", "id"])
    op.create_index("ix_disputes_due_at", TABLE, ["due_at"], postgresql_where=sa.text("answered_at IS NULL"))


def downgrade() -> None:
    op.drop_table(TABLE)

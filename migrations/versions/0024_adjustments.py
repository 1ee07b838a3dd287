"""finance: adjustments of the books, which a second admin approves"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
TABLE = "finance_adjustments"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ID, primary_key=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("requested_by", ID, nullable=False),
        sa.Column("decided_by", ID),
        sa.Column("posting_id", ID),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("decided_by <> requested_by OR status <> 'approved'", name="two_admins"),
    )
    op.create_index("ix_finance_adjustments_created_at", TABLE, ["created_at", "id"])
    op.create_index("ix_finance_adjustments_status", TABLE, ["status", "created_at", "id"])


def downgrade() -> None:
    op.drop_table(TABLE)

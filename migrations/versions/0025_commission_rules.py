"""finance: rates of commissions"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLE = "commission_rules"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(as_uuid=False), primary_key=True),
        sa.Column("owner", sa.String(36), nullable=False),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("basis_points", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("owner", "from_day"),
        sa.CheckConstraint("basis_points BETWEEN 0 AND 10000", name="basis_points"),
    )
    op.create_index("ix_commission_rules_created_at", TABLE, ["created_at", "id"])


def downgrade() -> None:
    op.drop_table(TABLE)

"""finance: repayments of credit"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
TABLE = "credit_settlements"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(as_uuid=False), primary_key=True),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("settled", sa.BigInteger),
        sa.Column("settled_at", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("amount BETWEEN 1 AND 10000000000000", name="amount"),
        sa.CheckConstraint("(settled IS NULL) = (settled_at IS NULL)", name="settled"),
    )
    op.create_index(
        "ix_credit_settlements_open", TABLE, ["user_id", "currency"], postgresql_where="settled IS NULL"
    )


def downgrade() -> None:
    op.drop_table(TABLE)

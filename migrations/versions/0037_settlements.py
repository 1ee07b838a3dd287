"""payments: lines of the providers' settlements"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TABLE = "settlement_lines"
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(as_uuid=False), primary_key=True),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("settlement_id", sa.String(60), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(60), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("fee", sa.BigInteger, nullable=False),
        sa.Column("net", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("imported_at", TIME, nullable=False),
        sa.UniqueConstraint("provider", "settlement_id", "number"),
    )
    op.create_index("ix_settlement_lines_at", TABLE, ["at"])
    op.create_index("ix_settlement_lines_reference", TABLE, ["provider", "kind", "reference"])
    op.create_index("ix_payment_facts_at", "payment_facts", ["at"])


def downgrade() -> None:
    op.drop_index("ix_payment_facts_at", "payment_facts")
    op.drop_table(TABLE)

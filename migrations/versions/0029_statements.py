"""statements of accounts, and the months that are issued"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "finance_statements",
        sa.Column("owner_id", sa.Uuid(as_uuid=False), primary_key=True),
        sa.Column("currency", sa.String(3), primary_key=True),
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("time_zone", sa.String(60), nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("opening", sa.BigInteger, nullable=False),
        sa.Column("closing", sa.BigInteger, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("issued_at", TIME, nullable=False),
    )
    op.create_table(
        "finance_statement_periods",
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("finished_at", TIME, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("finance_statement_periods")
    op.drop_table("finance_statements")

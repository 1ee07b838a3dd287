"""orders: how they are paid"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLE = "orders"


def upgrade() -> None:
    # constants as defaults: PostgreSQL rewrites no row, and releases before this one can insert
    op.add_column(TABLE, sa.Column("payment_method", sa.String(10), nullable=False, server_default="none"))
    op.add_column(TABLE, sa.Column("payment", JSONB))
    op.add_column(TABLE, sa.Column("commission_bps", sa.Integer))


def downgrade() -> None:
    for name in ("commission_bps", "payment", "payment_method"):
        op.drop_column(TABLE, name)

"""orders: when they arrive"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("eta", JSONB), if_not_exists=True)


def downgrade() -> None:
    op.drop_column("orders", "eta", if_exists=True)

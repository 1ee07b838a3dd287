"""refunds: the parts of one request"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refunds", sa.Column("request_id", sa.Uuid(as_uuid=False), nullable=True))
    op.create_index("ix_refunds_request_id", "refunds", ["request_id"])


def downgrade() -> None:
    op.drop_index("ix_refunds_request_id", "refunds")
    op.drop_column("refunds", "request_id")

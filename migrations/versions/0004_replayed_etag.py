"""the ETag of stored answers of idempotency keys"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("idempotency_keys", sa.Column("etag", sa.String(200), nullable=True))


def downgrade() -> None:
    op.drop_column("idempotency_keys", "etag")

"""idempotency_keys.canonical: bodies are compared by value; the old release goes on comparing bytes"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("idempotency_keys", sa.Column("canonical", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("idempotency_keys", "canonical")

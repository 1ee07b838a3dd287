"""sessions: what the latest refresh replaced, so that its answer can be given again"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("previous_jti", sa.String(length=40), nullable=True))
    op.add_column("sessions", sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessions", sa.Column("attempt_hash", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("sessions", "attempt_hash")
    op.drop_column("sessions", "rotated_at")
    op.drop_column("sessions", "previous_jti")

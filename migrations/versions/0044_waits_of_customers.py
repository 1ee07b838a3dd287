"""bookings: an index of a customer's entries in waiting lists"""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_booking_waits_customer_id", "booking_waits", ["customer_id", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_booking_waits_customer_id", "booking_waits")

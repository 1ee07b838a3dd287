"""bookings: reminders, calendar feeds and waiting lists"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "booking_reminders",
        sa.Column("booking_id", ID, sa.ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("minutes", sa.Integer, primary_key=True),
        sa.Column("due_at", TIME, nullable=False),
    )
    op.create_index("ix_booking_reminders_due_at", "booking_reminders", ["due_at"])
    op.create_table(
        "calendar_feeds",
        sa.Column("user_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("read_at", TIME),
    )
    op.create_table(
        "booking_waits",
        sa.Column("id", ID, primary_key=True),
        sa.Column("customer_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("service_id", ID, sa.ForeignKey("services.id"), nullable=False),
        sa.Column("starts_from", TIME, nullable=False),
        sa.Column("starts_to", TIME, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("offered_booking_id", ID, sa.ForeignKey("bookings.id")),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'offered', 'ended')", name="state"),
        sa.CheckConstraint("seats > 0 AND starts_from < starts_to", name="wish"),
    )
    op.create_index(
        "ix_booking_waits_service_id",
        "booking_waits",
        ["service_id", "created_at"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "uq_booking_waits_waiting",
        "booking_waits",
        ["customer_id", "service_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_table("booking_waits")
    op.drop_table("calendar_feeds")
    op.drop_table("booking_reminders")

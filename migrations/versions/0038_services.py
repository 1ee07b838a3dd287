"""bookings: calendars with their hours, and services"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", ID, primary_key=True),
        sa.Column("no", sa.BigInteger, sa.Identity(always=True), nullable=False, unique=True),
        sa.Column("partner_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("time_zone", sa.String(60), nullable=False),
        sa.Column("weekly", JSONB, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
    )
    op.create_index("ix_calendars_partner_id", "calendars", ["partner_id", "no"])
    op.create_table(
        "calendar_exceptions",
        sa.Column("calendar_id", ID, sa.ForeignKey("calendars.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("date", sa.Date, primary_key=True),
        sa.Column("hours", JSONB, nullable=False),
        sa.Column("note", sa.Text),
    )
    op.create_table(
        "services",
        sa.Column("id", ID, primary_key=True),
        sa.Column("partner_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("duration_minutes", sa.Integer, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("buffer_before_minutes", sa.Integer, nullable=False),
        sa.Column("buffer_after_minutes", sa.Integer, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("step_minutes", sa.Integer, nullable=False),
        sa.Column("min_notice_minutes", sa.Integer, nullable=False),
        sa.Column("max_advance_days", sa.Integer, nullable=False),
        sa.Column("confirmation", sa.String(10), nullable=False),
        sa.Column("payment", sa.String(10), nullable=False),
        sa.Column("deposit_percent", sa.Integer),
        sa.Column("free_until_minutes", sa.Integer, nullable=False),
        sa.Column("fee_percent", sa.Integer, nullable=False),
        sa.Column("locked_until_minutes", sa.Integer, nullable=False),
        sa.Column("max_per_customer_per_day", sa.Integer),
        sa.Column("reminders", JSONB, nullable=False),
        sa.Column("media_ids", JSONB, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("words", TSVECTOR, nullable=False),
        sa.CheckConstraint("max_advance_days BETWEEN 1 AND 365", name="advance"),
        sa.CheckConstraint(
            "buffer_before_minutes BETWEEN 0 AND 240 AND buffer_after_minutes BETWEEN 0 AND 240",
            name="buffers",
        ),
        sa.CheckConstraint(
            "fee_percent BETWEEN 0 AND 100 AND 0 <= locked_until_minutes"
            " AND locked_until_minutes <= free_until_minutes",
            name="cancellation",
        ),
        sa.CheckConstraint("capacity BETWEEN 1 AND 500", name="capacity"),
        sa.CheckConstraint("confirmation IN ('instant', 'request')", name="confirmation"),
        sa.CheckConstraint(
            "(payment = 'deposit') = (deposit_percent IS NOT NULL) AND deposit_percent BETWEEN 1 AND 100",
            name="deposit",
        ),
        sa.CheckConstraint("duration_minutes BETWEEN 5 AND 1440", name="duration"),
        sa.CheckConstraint("min_notice_minutes BETWEEN 0 AND 43200", name="notice"),
        sa.CheckConstraint("payment IN ('none', 'deposit', 'full')", name="payment"),
        sa.CheckConstraint("max_per_customer_per_day >= 1", name="per_day"),
        sa.CheckConstraint("price >= 0", name="price"),
        sa.CheckConstraint("step_minutes BETWEEN 5 AND 240", name="step"),
    )
    op.create_index("ix_services_active", "services", ["id"], postgresql_where=sa.text("active"))
    op.create_index("ix_services_partner_id", "services", ["partner_id", "id"])
    op.create_index("ix_services_words", "services", ["words"], postgresql_using="gin")
    op.create_table(
        "service_calendars",
        sa.Column("service_id", ID, sa.ForeignKey("services.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("calendar_id", ID, sa.ForeignKey("calendars.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_index("ix_service_calendars_calendar_id", "service_calendars", ["calendar_id"])


def downgrade() -> None:
    op.drop_table("service_calendars")
    op.drop_table("services")
    op.drop_table("calendar_exceptions")
    op.drop_table("calendars")

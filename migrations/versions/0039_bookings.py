"""bookings: the time that they take from calendars, and their timeline"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, TSVECTOR, ExcludeConstraint

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
TIMES = ["booking_blocks.id", "booking_blocks.starts_at", "booking_blocks.ends_at"]
# Two blocks of a calendar never overlap. In core PostgreSQL range types have an index class for GiST, integers and
# UUIDs do not: equality of the calendar is the overlap of two ranges of one integer. The constraint is created with the
# table, since adding it later would lock the table while its index is built.
EXCLUDE = ExcludeConstraint(
    (sa.text("int8range(calendar_no, calendar_no, '[]')"), "&&"), ("during", "&&"),
    name="booking_blocks_free", using="gist", where=sa.text("taken > 0"),
)  # fmt: skip


def upgrade() -> None:
    op.execute("CREATE SEQUENCE booking_numbers START 100001")
    op.create_table(
        "booking_blocks",
        sa.Column("id", ID, primary_key=True),
        sa.Column("calendar_no", sa.BigInteger, sa.ForeignKey("calendars.no"), nullable=False),
        sa.Column("service_id", ID, sa.ForeignKey("services.id"), nullable=False),
        sa.Column("during", TSTZRANGE, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)"
            " AND NOT lower_inf(during) AND NOT upper_inf(during)",
            name="during",
        ),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name="taken"),
        sa.CheckConstraint(
            "lower(during) <= starts_at AND starts_at < ends_at AND ends_at <= upper(during)", name="times"
        ),
        EXCLUDE,
        sa.UniqueConstraint("id", "starts_at", "ends_at"),
    )
    op.create_index(
        "ix_booking_blocks_calendar_no",
        "booking_blocks",
        ["calendar_no", "starts_at"],
        postgresql_where=sa.text("taken > 0"),
    )
    op.create_table(
        "bookings",
        sa.Column("id", ID, primary_key=True),
        sa.Column("booking_number", sa.String(20), nullable=False, unique=True),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("customer_id", ID, sa.ForeignKey("users.id")),
        sa.Column("partner_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("service_id", ID, sa.ForeignKey("services.id"), nullable=False),
        sa.Column("service", JSONB, nullable=False),
        sa.Column("calendar_id", ID, sa.ForeignKey("calendars.id"), nullable=False),
        sa.Column("block_id", ID, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("time_zone", sa.String(60), nullable=False),
        sa.Column("local_start", sa.String(16), nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("notes", sa.Text),
        sa.Column("customer_info", JSONB, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("payable", sa.BigInteger, nullable=False),
        sa.Column("payment", JSONB),
        sa.Column("commission_bps", sa.Integer),
        sa.Column("earned_at", TIME),
        sa.Column("held_until", TIME),
        sa.Column("answer_by", TIME),
        sa.Column("proposed_block_id", ID),
        sa.Column("proposed_calendar_id", ID, sa.ForeignKey("calendars.id")),
        sa.Column("proposed_starts_at", TIME),
        sa.Column("proposed_ends_at", TIME),
        sa.Column("proposed_by", sa.String(10)),
        sa.Column("proposal_message", sa.Text),
        sa.Column("proposal_answer_by", TIME),
        sa.Column("free_until", TIME, nullable=False),
        sa.Column("locked_from", TIME, nullable=False),
        sa.Column("moves", sa.Integer, nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("decline_reason", sa.String(20)),
        sa.Column("cancel_reason", sa.Text),
        sa.Column("cancelled_by", sa.String(10)),
        sa.Column("fee", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("words", TSVECTOR, nullable=False),
        sa.CheckConstraint("seats > 0 AND price >= 0 AND payable BETWEEN 0 AND price", name="amounts"),
        sa.CheckConstraint("fee BETWEEN 0 AND price", name="fee"),
        sa.CheckConstraint("(status = 'held') = (held_until IS NOT NULL)", name="held"),
        sa.CheckConstraint("(status = 'pending') = (answer_by IS NOT NULL)", name="pending"),
        sa.CheckConstraint(
            "num_nulls(proposed_block_id, proposed_calendar_id, proposed_starts_at, proposed_ends_at, proposed_by,"
            " proposal_answer_by) IN (0, 6) AND (proposed_block_id IS NOT NULL OR proposal_message IS NULL)"
            " AND (proposed_block_id IS NULL OR status IN ('pending', 'confirmed'))",
            name="proposal",
        ),
        sa.ForeignKeyConstraint(["block_id", "starts_at", "ends_at"], TIMES, name="fk_bookings_block"),
        sa.ForeignKeyConstraint(
            ["proposed_block_id", "proposed_starts_at", "proposed_ends_at"],
            TIMES,
            name="fk_bookings_proposal",
        ),
    )
    op.create_index(
        "ix_bookings_answer_by", "bookings", ["answer_by"], postgresql_where=sa.text("status = 'pending'")
    )
    op.create_index("ix_bookings_block_id", "bookings", ["block_id"])
    op.create_index("ix_bookings_calendar_id", "bookings", ["calendar_id", "starts_at"])
    op.create_index("ix_bookings_created_at", "bookings", ["created_at", "id"])
    op.create_index("ix_bookings_customer_id", "bookings", ["customer_id", "starts_at"])
    op.create_index(
        "ix_bookings_ends_at",
        "bookings",
        ["ends_at"],
        postgresql_where=sa.text("status IN ('confirmed', 'checked_in')"),
    )
    op.create_index(
        "ix_bookings_held_until", "bookings", ["held_until"], postgresql_where=sa.text("status = 'held'")
    )
    op.create_index("ix_bookings_partner_id", "bookings", ["partner_id", "starts_at"])
    op.create_index(
        "ix_bookings_proposal_answer_by",
        "bookings",
        ["proposal_answer_by"],
        postgresql_where=sa.text("proposal_answer_by IS NOT NULL"),
    )
    op.create_index("ix_bookings_starts_at", "bookings", ["starts_at", "id"])
    op.create_index("ix_bookings_updated_at", "bookings", ["updated_at", "id"])
    op.create_index("ix_bookings_words", "bookings", ["words"], postgresql_using="gin")
    op.create_index(
        "uq_bookings_block_id_customer_id",
        "bookings",
        ["block_id", "customer_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('held', 'pending', 'confirmed', 'checked_in')"),
    )
    op.create_table(
        "booking_steps",
        sa.Column("booking_id", ID, sa.ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("previous_status", sa.String(12)),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("previous_starts_at", TIME),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("proposed_starts_at", TIME),
        sa.Column("actor_id", ID),
        sa.Column("actor_role", sa.String(16), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("at", TIME, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("booking_steps")
    op.drop_table("bookings")
    op.drop_table("booking_blocks")
    op.execute("DROP SEQUENCE booking_numbers")

"""finance: credit, requests for it, payouts, and handovers of cash"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _credit()
    _payouts()
    _cash_and_requests()


def downgrade() -> None:
    for table in ("credit_requests", "cash_reminders", "cash_handovers"):
        op.drop_table(table)
    op.drop_table("payouts")
    op.drop_table("payout_accounts")
    op.drop_table("credit_accounts")


def _credit() -> None:
    op.create_table(
        "credit_accounts",
        sa.Column("user_id", ID, primary_key=True),
        sa.Column("currency", sa.String(3), primary_key=True),
        sa.Column("credit_limit", sa.BigInteger, nullable=False),
        sa.Column("term_days", sa.Integer, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("frozen_because", sa.String(10)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("checked_on", sa.Date),
        sa.Column("due_notified", sa.Date),
        sa.Column("overdue_notified", sa.Date),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("credit_limit BETWEEN 0 AND 10000000000000", name="credit_limit"),
        sa.CheckConstraint("term_days BETWEEN 1 AND 180", name="term_days"),
        sa.CheckConstraint("(status = 'frozen') = (frozen_because IS NOT NULL)", name="frozen"),
    )
    op.create_index("ix_credit_accounts_checked_on", "credit_accounts", ["checked_on"])


def _payouts() -> None:
    op.create_table(
        "payout_accounts",
        sa.Column("user_id", ID, primary_key=True),
        sa.Column("method", sa.String(10), nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
        sa.Column("masked", sa.String(40), nullable=False),
        sa.Column("locked_until", TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
    )
    op.create_table(
        "payouts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("account", sa.String(40), nullable=False),
        sa.Column("account_version", sa.Integer, nullable=False),
        sa.Column("netted", sa.BigInteger, nullable=False),
        sa.Column("reference", sa.String(80)),
        sa.Column("reason", sa.String(300)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("amount BETWEEN 1 AND 10000000000000", name="amount"),
        sa.CheckConstraint("netted >= 0", name="netted"),
    )
    op.create_index("ix_payouts_user_id", "payouts", ["user_id", "created_at", "id"])
    op.create_index("ix_payouts_created_at", "payouts", ["created_at", "id"])
    op.create_index("ix_payouts_approved", "payouts", ["id"], postgresql_where="status = 'approved'")


def _cash_and_requests() -> None:
    op.create_table(
        "cash_handovers",
        sa.Column("id", ID, primary_key=True),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("short", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("received_by", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("amount >= 0 AND short >= 0 AND amount + short > 0", name="amounts"),
    )
    op.create_index("ix_cash_handovers_user_id", "cash_handovers", ["user_id", "created_at", "id"])
    op.create_index("ix_cash_handovers_created_at", "cash_handovers", ["created_at", "id"])
    op.create_table(
        "cash_reminders",
        sa.Column("account_id", ID, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
    )
    op.create_table(
        "credit_requests",
        sa.Column("id", ID, primary_key=True),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("approved", sa.BigInteger),
        sa.Column("decision", sa.String(300)),
        sa.Column("decided_by", ID),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("amount BETWEEN 1 AND 10000000000000", name="amount"),
        sa.CheckConstraint("(status = 'approved') = (approved IS NOT NULL)", name="approved"),
    )
    op.create_index(
        "ux_credit_requests_pending",
        "credit_requests",
        ["user_id", "currency"],
        unique=True,
        postgresql_where="status = 'pending'",
    )
    op.create_index("ix_credit_requests_user_id", "credit_requests", ["user_id", "created_at", "id"])
    op.create_index("ix_credit_requests_created_at", "credit_requests", ["created_at", "id"])

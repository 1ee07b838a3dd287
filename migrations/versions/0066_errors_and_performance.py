"""errors by fingerprint, the order of releases, and durations of the last two days by minute"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, BIT

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "errors",
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("type", sa.String(200), nullable=False),
        sa.Column("function", sa.String(200), nullable=False),
        sa.Column("message", sa.String(500), nullable=False),
        sa.Column("stack", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("users", BIT(1024), nullable=False),
        sa.Column("request_ids", ARRAY(sa.String(64)), nullable=False),
        sa.Column("release", sa.String(100), nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("last_seen", TIME, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("resolved_release", sa.String(100)),
        sa.Column("announce", sa.Boolean(), nullable=False),
        sa.Column("announced_at", TIME),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_errors")),
        sa.CheckConstraint("state IN ('open', 'resolved', 'ignored')", name=op.f("ck_errors_state")),
    )
    op.create_index("ix_errors_last_seen", "errors", ["last_seen", "fingerprint"])
    op.create_table(
        "releases",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_releases")),
    )
    op.create_table(
        "performance_minutes",
        sa.Column("minute", TIME, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("worst", sa.Float(), nullable=False),
        sa.Column("counts", ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("minute", "kind", "name", name=op.f("pk_performance_minutes")),
    )


def downgrade() -> None:
    op.drop_table("performance_minutes")
    op.drop_table("releases")
    op.drop_table("errors")

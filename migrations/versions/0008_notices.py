"""delivery history, the index of digests, and devices bound to sessions"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "deliveries",
        sa.Column(
            "steps",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
    )
    op.create_index(
        "ix_deliveries_digest",
        "deliveries",
        ["user_id", "channel", "id"],
        unique=False,
        postgresql_where="digest AND status = 'queued'",
    )
    op.add_column("devices", sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=True))
    op.create_index("ix_devices_session_id", "devices", ["session_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_devices_session_id", table_name="devices")
    op.drop_column("devices", "session_id")
    op.drop_index("ix_deliveries_digest", table_name="deliveries")
    op.drop_column("deliveries", "steps")

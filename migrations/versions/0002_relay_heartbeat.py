"""the relay's heartbeat"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relay_beat",
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("single", name=op.f("ck_relay_beat_only_one")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_relay_beat")),
        prefixes=["UNLOGGED"],
    )


def downgrade() -> None:
    op.drop_table("relay_beat")

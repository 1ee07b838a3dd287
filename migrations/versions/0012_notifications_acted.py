"""Reading from the log what users acted on; the index of unread notifications contains their subject"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OLD, NEW = "ix_notifications_unread", "ix_notifications_unread_subject"
UNREAD = "read_at IS NULL AND shown AND deleted_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "notifications_acted",
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.String(16), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("single", name=op.f("ck_notifications_acted_only_one")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_notifications_acted")),
        if_not_exists=True,  # it is committed before the index, which may be interrupted
    )
    op.execute(
        "INSERT INTO notifications_acted (single, epoch, position) SELECT true, epoch, position FROM log_head"
        " ON CONFLICT DO NOTHING"
    )
    _replace_index(OLD, NEW, ["user_id", "subject"])


def downgrade() -> None:
    _replace_index(NEW, OLD, ["user_id"])
    op.drop_table("notifications_acted")


def _replace_index(old: str, new: str, columns: list[str]) -> None:
    """Build an index while the service writes. A build that was interrupted leaves an index that is not valid."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {new}")
        op.execute(f"CREATE INDEX CONCURRENTLY {new} ON notifications ({', '.join(columns)}) WHERE {UNREAD}")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {old}")

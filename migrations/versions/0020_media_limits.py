"""media: limits of single users only, and indexes for lists and for files that are attached to nothing"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LIMITS = ("limit_bytes", "limit_files")


def upgrade() -> None:
    for name in LIMITS:
        op.alter_column("media_usage", name, nullable=True)
    op.drop_index("ix_media_owner_id", "media")
    op.create_index("ix_media_owner_id", "media", ["owner_id", "created_at", "id"])
    op.create_index("ix_media_created_at", "media", ["created_at", "id"])
    op.create_index(
        "ix_media_due_of_owner",
        "media",
        ["owner_id"],
        postgresql_where=sa.text("due_at IS NOT NULL AND status <> 'deleted'"),
    )


def downgrade() -> None:
    op.drop_index("ix_media_due_of_owner", "media")
    op.drop_index("ix_media_created_at", "media")
    op.drop_index("ix_media_owner_id", "media")
    op.create_index("ix_media_owner_id", "media", ["owner_id", "id"])
    op.execute("DELETE FROM media_usage WHERE limit_bytes IS NULL OR limit_files IS NULL")
    for name in LIMITS:
        op.alter_column("media_usage", name, nullable=False)

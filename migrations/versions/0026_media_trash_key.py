"""media: the comparison with a store looks for keys that are waiting to be deleted"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_media_trash_key", "media_trash", ["key"])


def downgrade() -> None:
    op.drop_index("ix_media_trash_key", table_name="media_trash")

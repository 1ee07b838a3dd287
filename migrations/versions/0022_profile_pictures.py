"""users: an uploaded profile picture is the name of a stored file instead of an address"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        UPDATE users SET avatar = media.store || ':' || (media.renditions -> 'small' ->> 'key')
        FROM media_uses JOIN media ON media.id = media_uses.media_id
        WHERE media_uses.subject = 'user-' || users.id AND media_uses.role = 'avatar' AND media.renditions ? 'small'
        """
    )


def downgrade() -> None:
    op.execute("UPDATE users SET avatar = NULL WHERE avatar NOT LIKE '%://%'")

"""media: files, their uses, the usage of each user, and keys to delete from stores"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _media()
    op.create_table(
        "media_parts",
        sa.Column("media_id", ID, sa.ForeignKey("media.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("no", sa.SmallInteger, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    # Files are compressed already. Their parts are deleted soon after, so autovacuum should come early.
    op.execute("ALTER TABLE media_parts ALTER COLUMN body SET STORAGE EXTERNAL")
    for prefix in ("", "toast."):
        op.execute(f"ALTER TABLE media_parts SET ({prefix}autovacuum_vacuum_scale_factor = 0.02)")
    op.create_table(
        "media_uses",
        sa.Column("media_id", ID, sa.ForeignKey("media.id", ondelete="RESTRICT"), primary_key=True),
        sa.Column("subject", sa.String(80), primary_key=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_index("ix_media_uses_subject", "media_uses", ["subject"])
    op.create_table(
        "media_usage",
        sa.Column("user_id", ID, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("limit_bytes", sa.BigInteger, nullable=False),
        sa.Column("limit_files", sa.Integer, nullable=False),
        sa.CheckConstraint("bytes >= 0 AND files >= 0", name="not_negative"),
    )
    op.create_table(
        "media_trash",
        sa.Column("id", ID, primary_key=True),
        sa.Column("media_id", ID),
        sa.Column("store", sa.String(12), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("due_at", TIME),
        sa.Column("deleted_at", TIME),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("error", sa.String(300)),
    )
    op.create_index("ix_media_trash_due_at", "media_trash", ["due_at"])
    op.create_index("ix_media_trash_media_id", "media_trash", ["media_id"])


def _media() -> None:
    op.create_table(
        "media",
        sa.Column("id", ID, primary_key=True),
        sa.Column("owner_id", ID, sa.ForeignKey("users.id", ondelete="RESTRICT"), nullable=False),
        *(
            sa.Column(name, sa.String(10), nullable=False)
            for name in ("kind", "folder", "visibility", "status")
        ),
        sa.Column("reason", sa.String(40)),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("alt", sa.String(500)),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("store", sa.String(12), nullable=False),
        sa.Column("key", sa.String(64), unique=True),
        sa.Column("incoming_key", sa.String(64), unique=True),
        sa.Column("size", sa.BigInteger),
        sa.Column("sha256", sa.LargeBinary),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("duration", sa.Float),
        sa.Column("placeholder", sa.String(60)),
        sa.Column("renditions", JSONB),
        sa.Column("charged", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.SmallInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("due_at", TIME),
        sa.Column("purged_at", TIME),
        sa.CheckConstraint(
            "status <> 'ready' OR (size IS NOT NULL AND sha256 IS NOT NULL AND renditions IS NOT NULL)",
            name="ready_is_complete",
        ),
        sa.CheckConstraint("kind = 'image' OR visibility = 'private'", name="only_images_are_public"),
        sa.CheckConstraint("sha256 IS NULL OR octet_length(sha256) = 32", name="sha256_length"),
    )
    op.create_index("ix_media_due_at", "media", ["due_at"], postgresql_where="due_at IS NOT NULL")
    op.create_index("ix_media_owner_id", "media", ["owner_id", "id"])


def downgrade() -> None:
    for table in ("media_trash", "media_usage", "media_uses", "media_parts", "media"):
        op.drop_table(table)

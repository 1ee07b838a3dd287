"""announcements, and the users that have dismissed them; indexes for the search across domains"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
WORDS = {
    "users": "name || ' ' || email",
    "reviews": "coalesce(text, '') || ' ' || coalesce(reply, '')",
}


def upgrade() -> None:
    with op.get_context().autocommit_block():  # first: the tables are created in the transaction after it
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_users_phone_e164")
        op.execute(
            "CREATE INDEX CONCURRENTLY ix_users_phone_e164 ON users (phone_e164) WHERE phone_e164 IS NOT NULL"
        )
        for table, words in WORDS.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS ix_{table}_words")
            index = f"ON {table} USING gin (to_tsvector('simple', {words}))"
            op.execute(f"CREATE INDEX CONCURRENTLY ix_{table}_words {index}")
    op.create_table(
        "announcements",
        sa.Column("id", ID, nullable=False),
        sa.Column("roles", ARRAY(sa.String(16))),
        sa.Column("user_ids", ARRAY(ID)),
        sa.Column("level", sa.String(12), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("link", sa.String(500)),
        sa.Column("dismissible", sa.Boolean(), nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("store", sa.Boolean(), nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("stored_to", ID),
        sa.Column("store_at", TIME),
        sa.Column("published_at", TIME),
        sa.Column("revoked_at", TIME),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", ID),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    op.create_index("ix_announcements_created_at", "announcements", ["created_at", "id"])
    op.create_index("ix_announcements_created_by", "announcements", ["created_by", "created_at"])
    unpublished = sa.text("published_at IS NULL AND revoked_at IS NULL")
    current = sa.text("published_at IS NOT NULL AND revoked_at IS NULL")
    to_store = sa.text("store_at IS NOT NULL")
    op.create_index(
        "ix_announcements_starts_at", "announcements", ["starts_at"], postgresql_where=unpublished
    )
    op.create_index("ix_announcements_ends_at", "announcements", ["ends_at"], postgresql_where=current)
    op.create_index("ix_announcements_store_at", "announcements", ["store_at"], postgresql_where=to_store)
    op.create_table(
        "announcement_dismissals",
        sa.Column("announcement_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("announcement_id", "user_id", name=op.f("pk_announcement_dismissals")),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_announcement_dismissals_announcement_id_announcements"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_announcement_dismissals_user_id_users"),
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_announcement_dismissals_user_id", "announcement_dismissals", ["user_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_users_phone_e164", table_name="users")
    for table in WORDS:
        op.drop_index(f"ix_{table}_words", table_name=table)
    op.drop_table("announcement_dismissals")
    op.drop_table("announcements")

"""an index of messages by time: a search for a common word reads the newest ones first"""

from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

NAME = "ix_messages_created_at"


def upgrade() -> None:
    with op.get_context().autocommit_block():  # without blocking writers of the running service
        # one that was interrupted is there, and invalid
        op.drop_index(NAME, table_name="messages", if_exists=True, postgresql_concurrently=True)
        op.create_index(NAME, "messages", ["created_at", "id"], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(NAME, table_name="messages", if_exists=True, postgresql_concurrently=True)

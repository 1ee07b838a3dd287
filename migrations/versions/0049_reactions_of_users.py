"""chat: an index of the reactions of a user, for the export of an account"""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_message_reactions_user_id", "message_reactions"


def upgrade() -> None:
    with op.get_context().autocommit_block():  # without blocking writers of the running service
        # one that was interrupted is there, and invalid
        op.drop_index(NAME, table_name=TABLE, if_exists=True, postgresql_concurrently=True)
        op.create_index(NAME, TABLE, ["user_id", "message_id", "emoji"], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(NAME, table_name=TABLE, if_exists=True, postgresql_concurrently=True)

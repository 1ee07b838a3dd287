"""index for orders.updated_at: lists of what has changed since a time"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():  # without blocking writers of the running service
        # one that was interrupted is there, and invalid
        op.drop_index(
            "ix_orders_updated_at", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
        op.create_index("ix_orders_updated_at", "orders", ["updated_at", "id"], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_updated_at", table_name="orders", if_exists=True, postgresql_concurrently=True
        )

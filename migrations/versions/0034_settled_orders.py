"""orders: when they have earned, and those that still hold money"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TABLE, INDEX = "orders", "ix_orders_unsettled"
UNSETTLED = (
    "status IN ('rejected', 'cancelled') AND (payment->>'paid' <> payment->>'refunded'"
    " OR payment->>'status' = 'authorized') OR status = 'completed' AND payment->>'status' = 'overpaid'"
)


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("earned_at", sa.DateTime(timezone=True)))
    with op.get_context().autocommit_block():  # without blocking writers of the running service
        # one that was interrupted is there, and invalid
        op.drop_index(INDEX, table_name=TABLE, if_exists=True, postgresql_concurrently=True)
        op.create_index(
            INDEX, TABLE, ["updated_at"], postgresql_where=sa.text(UNSETTLED), postgresql_concurrently=True
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, table_name=TABLE, if_exists=True, postgresql_concurrently=True)
    op.drop_column(TABLE, "earned_at")

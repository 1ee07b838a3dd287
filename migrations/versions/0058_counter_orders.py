"""orders: when they arrive, and orders at the counter for customers without an account"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

CHECK = "customer_id IS NOT NULL OR payment_method IN ('none', 'cod')"
KEPT = "customer_id IS NULL AND jsonb_strip_nulls(customer_info) <> '{}'::jsonb"
# The release before has no order without a customer: who has placed it is the customer then.
NAME_CUSTOMER = """
    UPDATE orders SET customer_id = coalesce(orders.partner_id, step.actor_id) FROM order_steps step
    WHERE orders.customer_id IS NULL AND step.order_id = orders.id AND step.version = 1
"""


def upgrade() -> None:
    op.add_column("orders", sa.Column("eta", JSONB), if_not_exists=True)
    op.alter_column("orders", "customer_id", nullable=True)
    op.execute("ALTER TABLE orders DROP CONSTRAINT IF EXISTS ck_orders_without_account")
    op.execute(f"ALTER TABLE orders ADD CONSTRAINT ck_orders_without_account CHECK ({CHECK}) NOT VALID")
    with op.get_context().autocommit_block():
        op.execute(
            "ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_without_account"
        )  # without blocking writers
        name = "ix_orders_kept_contact"
        op.drop_index(name, table_name="orders", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            name, "orders", ["updated_at"], postgresql_concurrently=True, postgresql_where=sa.text(KEPT)
        )


def downgrade() -> None:
    op.execute(NAME_CUSTOMER)
    op.drop_index("ix_orders_kept_contact", table_name="orders", if_exists=True)
    op.execute("ALTER TABLE orders DROP CONSTRAINT IF EXISTS ck_orders_without_account")
    op.alter_column("orders", "customer_id", nullable=False)
    op.drop_column("orders", "eta", if_exists=True)

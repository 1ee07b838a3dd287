"""shares of orders: couriers and coupons of the house in the ledger, payouts of couriers, the tax of delivery fees"""

from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
NAMESPACE = UUID("6b1ee0f5-6f0f-5d0b-8f6e-5d0f6f1b0c1e")  # of metaia/ledger/chart.py
KINDS = "INSERT INTO ledger_kinds (kind, normal, takes) VALUES ('courier', -1, 0), ('promotions', 1, 0)"
KINDS += " ON CONFLICT DO NOTHING"  # a downgrade leaves them: the table is append-only
# In each currency that the house has used, as the others of its accounts.
OPEN = sa.text(
    "INSERT INTO ledger_accounts (id, kind, owner, currency) VALUES (:id, 'promotions', 'house', :currency)"
    " ON CONFLICT DO NOTHING"
)
CHECK = "house_discount >= 0 AND courier_share >= 0"


def upgrade() -> None:
    op.execute(KINDS)
    bind = op.get_bind()
    for currency in bind.execute(
        sa.text("SELECT DISTINCT currency FROM ledger_accounts WHERE kind = 'commission'")
    ).scalars():
        account = str(uuid5(NAMESPACE, f"promotions:house:{currency}"))
        bind.execute(OPEN, {"id": account, "currency": currency})
    op.add_column("orders", sa.Column("house_discount", sa.BigInteger))
    op.add_column("orders", sa.Column("courier_share", sa.BigInteger))
    op.add_column("orders", sa.Column("courier_own", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(f"ALTER TABLE orders ADD CONSTRAINT ck_orders_shares CHECK ({CHECK}) NOT VALID")
    op.add_column("payouts", sa.Column("source", sa.String(10), nullable=False, server_default="partner"))
    op.create_check_constraint("source", "payouts", "source IN ('partner', 'courier')")
    op.add_column("partner_profiles", sa.Column("fee_tax_rate_id", ID))
    op.create_foreign_key(
        "fk_partner_profiles_user_id_fee_tax_rate_id_tax_rates",
        "partner_profiles",
        "tax_rates",
        ["user_id", "fee_tax_rate_id"],
        ["partner_id", "id"],
    )
    with op.get_context().autocommit_block():  # without blocking writers
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_shares")


def downgrade() -> None:
    op.drop_constraint(
        "fk_partner_profiles_user_id_fee_tax_rate_id_tax_rates", "partner_profiles", type_="foreignkey"
    )
    op.drop_column("partner_profiles", "fee_tax_rate_id")
    op.drop_column("payouts", "source")
    op.drop_constraint("shares", "orders", type_="check")
    for name in ("courier_own", "courier_share", "house_discount"):
        op.drop_column("orders", name)

"""payments: what they are for, and what was to be paid"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TABLE = "payments"
NULLABLE = {
    "purpose_type": sa.String(20),
    "purpose_id": sa.String(60),
    "payer_id": ID,
    "partner_id": ID,
    "order_id": ID,
    "method": sa.String(40),
    "failure_code": sa.String(200),
    "failure_message": sa.String(200),
}
FILLED = {"open": sa.Boolean, "amount": sa.BigInteger, "authorized": sa.BigInteger}
INDEXES = {
    "ix_payments_purpose": ["purpose_type", "purpose_id"],
    "ix_payments_payer_id": ["payer_id", "created_at"],
    "ix_payments_partner_id": ["partner_id", "created_at"],
    "ix_payments_order_id": ["order_id"],
    "ix_payments_created_at": ["created_at", "id"],
}


def upgrade() -> None:
    op.alter_column(TABLE, "reference", nullable=True)
    for name, kind in NULLABLE.items():
        op.add_column(TABLE, sa.Column(name, kind))
    for name, of in FILLED.items():
        op.add_column(TABLE, sa.Column(name, of, nullable=False, server_default=sa.text("'0'")))
        op.alter_column(TABLE, name, server_default=None)
    op.execute("UPDATE payments SET amount = captured")
    op.create_check_constraint("amount", TABLE, "amount > 0 OR purpose_type IS NULL")
    purpose = ["purpose_type", "purpose_id", "provider"]
    op.create_index("uq_payments_open", TABLE, purpose, unique=True, postgresql_where=sa.text("open"))
    for name, columns in INDEXES.items():
        op.create_index(name, TABLE, columns)


def downgrade() -> None:
    for name in (*INDEXES, "uq_payments_open"):
        op.drop_index(name, TABLE)
    op.drop_constraint("amount", TABLE, type_="check")
    for name in (*NULLABLE, *FILLED):
        op.drop_column(TABLE, name)
    op.alter_column(TABLE, "reference", nullable=False)

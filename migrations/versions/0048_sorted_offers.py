"""indexes for the lists of offers by total and by the time of expiry"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_offers_total": [sa.text("coalesce(total, -1)"), "id"],
    "ix_offers_expires_at_id": ["expires_at", "id"],
}


def upgrade() -> None:
    with op.get_context().autocommit_block():  # without blocking writers of the running service
        for name, columns in INDEXES.items():  # one that was interrupted is there, and invalid
            op.drop_index(name, table_name="offers", if_exists=True, postgresql_concurrently=True)
            op.create_index(name, "offers", columns, postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in INDEXES:
            op.drop_index(name, table_name="offers", if_exists=True, postgresql_concurrently=True)

"""notifications.cancelled_at: workers no longer read the status of the campaign"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Campaigns that were cancelled before: each of their notifications, since one that has failed can be retried later.
# Batches of their own keep row locks short, and skipping row-locked ones avoids deadlocks with the running service.
MARK_CANCELLED = """
    DO $$
    BEGIN
        LOOP
            UPDATE notifications SET cancelled_at = batch.ended_at FROM (
                SELECT notifications.id, coalesce(campaigns.ended_at, campaigns.updated_at) AS ended_at
                FROM notifications JOIN campaigns ON campaigns.id = campaign_id
                WHERE status = 'cancelled' AND cancelled_at IS NULL
                LIMIT 10000 FOR NO KEY UPDATE OF notifications SKIP LOCKED
            ) AS batch WHERE notifications.id = batch.id;
            COMMIT;
            EXIT WHEN NOT EXISTS (
                SELECT FROM notifications JOIN campaigns ON campaigns.id = campaign_id
                WHERE status = 'cancelled' AND cancelled_at IS NULL
            );
            PERFORM pg_sleep(0.01);
        END LOOP;
    END $$
"""


def upgrade() -> None:
    op.add_column(
        "notifications",
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        if_not_exists=True,  # it is committed before the update, which may be interrupted
    )
    with op.get_context().autocommit_block():
        op.execute(MARK_CANCELLED)


def downgrade() -> None:
    op.drop_column("notifications", "cancelled_at")

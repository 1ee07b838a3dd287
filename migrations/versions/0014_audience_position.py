"""event_audience: an index that finds the rooms of an event"""

from alembic import op
from sqlalchemy import text

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BRIN = "USING brin (position) WITH (pages_per_range = 32, autosummarize = on)"
WITHOUT = text(
    """
    SELECT partition.relname FROM pg_inherits
    JOIN pg_class AS partition ON partition.oid = inhrelid
    WHERE inhparent = 'event_audience'::regclass AND NOT EXISTS (
        SELECT FROM pg_index JOIN pg_inherits AS part ON part.inhrelid = indexrelid
        WHERE indrelid = partition.oid AND part.inhparent = 'ix_event_audience_position'::regclass
    )
    """
)


def upgrade() -> None:
    # One partition after the other, so that the relay of the running service is never blocked. Partitions that it
    # creates after the first statement have the index from the start.
    with op.get_context().autocommit_block():
        op.execute(f"CREATE INDEX IF NOT EXISTS ix_event_audience_position ON ONLY event_audience {BRIN}")
        for (name,) in op.get_bind().execute(WITHOUT).all():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}_position")  # interrupted, and so invalid
            op.execute(f"CREATE INDEX CONCURRENTLY {name}_position ON {name} {BRIN}")
            op.execute(f"ALTER INDEX ix_event_audience_position ATTACH PARTITION {name}_position")


def downgrade() -> None:
    op.drop_index("ix_event_audience_position", table_name="event_audience")

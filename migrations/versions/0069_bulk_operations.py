"""bulk operations of admins, with their items"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
STATES = "state IN ('queued', 'running', 'paused', 'completed', 'cancelled')"
ITEM_STATES = "state IN ('waiting', 'done', 'failed', 'cancelled')"


def upgrade() -> None:
    op.create_table(
        "operations",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("filter", JSONB()),
        sa.Column("parameters", JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("actor_role", sa.String(16), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("ended_because", sa.String(20)),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("next_at", TIME),
        sa.Column("published_at", TIME),
        sa.Column("began_at", TIME),
        sa.Column("ended_at", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
        sa.CheckConstraint(STATES, name=op.f("ck_operations_state")),
        sa.CheckConstraint(
            "done >= 0 AND failed >= 0 AND done + failed <= total", name=op.f("ck_operations_counts")
        ),
    )
    op.create_index("ix_operations_created_at", "operations", ["created_at", "id"])
    op.create_index("ix_operations_actor_id", "operations", ["actor_id", "created_at", "id"])
    due = sa.text("next_at IS NOT NULL")
    op.create_index("ix_operations_next_at", "operations", ["next_at"], postgresql_where=due)
    ended = sa.text("ended_at IS NOT NULL")
    op.create_index("ix_operations_ended_at", "operations", ["ended_at"], postgresql_where=ended)
    op.create_table(
        "operation_items",
        sa.Column("operation_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("state", sa.String(10), server_default="waiting", nullable=False),
        sa.Column("error", JSONB()),
        sa.Column("before", JSONB()),
        sa.Column("after", JSONB()),
        sa.Column("at", TIME),
        sa.PrimaryKeyConstraint("operation_id", "item_id", name=op.f("pk_operation_items")),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operations.id"],
            name=op.f("fk_operation_items_operation_id_operations"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(ITEM_STATES, name=op.f("ck_operation_items_state")),
        sa.CheckConstraint("(state = 'failed') = (error IS NOT NULL)", name=op.f("ck_operation_items_error")),
    )
    for state in ("waiting", "failed"):
        op.create_index(
            f"ix_operation_items_{state}",
            "operation_items",
            ["operation_id", "item_id"],
            postgresql_where=sa.text(f"state = '{state}'"),
        )


def downgrade() -> None:
    op.drop_table("operation_items")
    op.drop_table("operations")

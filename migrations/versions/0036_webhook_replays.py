"""webhooks: what each call stated and did, its contents may go, and replays"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
INBOX, REPLAYS = "webhook_inbox", "webhook_replays"


def upgrade() -> None:
    for column in (
        sa.Column("type", sa.String(60)),
        sa.Column("subject", sa.String(80)),
        sa.Column("facts", JSONB, nullable=False, server_default="[]"),
        sa.Column("effects", JSONB, nullable=False, server_default="{}"),
        sa.Column("replayed", sa.Integer, nullable=False, server_default="0"),
    ):
        op.add_column(INBOX, column)
    op.alter_column(INBOX, "body", nullable=True)
    op.create_index("ix_webhook_inbox_source", INBOX, ["source", "received_at", "id"])
    op.create_index("ix_webhook_inbox_subject", INBOX, ["subject"], postgresql_where="subject IS NOT NULL")
    op.create_index(
        "ix_webhook_inbox_facts", INBOX, ["facts"], postgresql_using="gin",
        postgresql_ops={"facts": "jsonb_path_ops"},
    )  # fmt: skip
    op.create_table(
        REPLAYS,
        sa.Column("id", ID, primary_key=True),
        sa.Column("dry_run", sa.Boolean, nullable=False),
        sa.Column("calls", JSONB, nullable=False),
        sa.Column("left", JSONB, nullable=False),
        sa.Column("result", JSONB, nullable=False),
        sa.Column("requested_by", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("due_at", TIME),
        sa.Column("done_at", TIME),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("error", sa.String(300)),
    )
    op.create_index("ix_webhook_replays_undone", REPLAYS, ["due_at"], postgresql_where="done_at IS NULL")
    op.create_index("ix_webhook_replays_created_at", REPLAYS, ["created_at"])


def downgrade() -> None:
    op.drop_table(REPLAYS)
    op.execute(f"DELETE FROM {INBOX} WHERE body IS NULL")  # noqa: S608 - a name of our own
    op.alter_column(INBOX, "body", nullable=False)
    for name in ("ix_webhook_inbox_source", "ix_webhook_inbox_subject", "ix_webhook_inbox_facts"):
        op.drop_index(name, INBOX)
    for column in ("type", "subject", "facts", "effects", "replayed"):
        op.drop_column(INBOX, column)

"""chat: conversations, participants, messages, and the rules that apply to them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
TABLES = (
    "chat_settings", "chat_restrictions", "chat_blocks", "chat_reports", "message_reactions", "message_edits",
    "message_attachments", "messages", "participants", "conversations",
)  # fmt: skip


def upgrade() -> None:
    _conversations()
    _participants()
    _messages()
    _parts_of_messages()
    _rules()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("deal_id", ID),
        sa.Column("order_id", ID),
        sa.Column("direct_key", sa.String(73), unique=True),
        sa.Column("owner_id", ID, sa.ForeignKey("users.id")),
        sa.Column("title", sa.String(200)),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("assignee_id", ID, sa.ForeignKey("users.id")),
        sa.Column("last_seq", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("last_message_at", TIME),
        sa.Column("remind_at", TIME),
        sa.Column("waiting_for", ID),
        sa.Column("waiting_since", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("(kind = 'direct') = (direct_key IS NOT NULL)", name="direct"),
        sa.CheckConstraint("(kind = 'deal') = (deal_id IS NOT NULL)", name="deal"),
        sa.CheckConstraint("last_seq >= 0 AND version >= last_seq", name="version"),
    )
    op.create_index(
        "uq_conversations_deal_id",
        "conversations",
        ["deal_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'deal'"),
    )
    op.create_index(
        "uq_conversations_support",
        "conversations",
        ["owner_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'support' AND status = 'open'"),
    )
    op.create_index("ix_conversations_last_message_at", "conversations", ["last_message_at", "id"])
    op.create_index(
        "ix_conversations_remind_at",
        "conversations",
        ["remind_at"],
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    )


def _participants() -> None:
    op.create_table(
        "participants",
        sa.Column("id", ID, primary_key=True),
        sa.Column("conversation_id", ID, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("user_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("joined_at", TIME, nullable=False),
        sa.Column("left_at", TIME),
        sa.Column("joined_seq", sa.BigInteger, nullable=False),
        sa.Column("left_seq", sa.BigInteger),
        *(
            sa.Column(f"{mark}_seq", sa.BigInteger, nullable=False)
            for mark in ("read", "seen", "delivered", "cleared", "reminded")
        ),
        sa.Column("muted_until", TIME),
        sa.Column("notify", sa.String(10), nullable=False),
        sa.Column("pinned", sa.Boolean, nullable=False),
        sa.Column("archived", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("conversation_id", "user_id"),
        sa.CheckConstraint(
            "least(joined_seq, left_seq, read_seq, seen_seq, delivered_seq, cleared_seq, reminded_seq) >= 0",
            name="marks",
        ),
        sa.CheckConstraint("(left_seq IS NULL) = (left_at IS NULL)", name="left"),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index(
        "ix_participants_user_id", "participants", ["user_id"], postgresql_where=sa.text("left_seq IS NULL")
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", ID, primary_key=True),
        sa.Column("conversation_id", ID, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sender_id", ID, sa.ForeignKey("users.id")),
        sa.Column("sender_role", sa.String(16)),
        sa.Column("client_id", sa.String(100)),
        sa.Column("fingerprint", sa.String(64)),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("reply_to", ID),
        sa.Column("mentions", ARRAY(ID), nullable=False),
        sa.Column("reactions", JSONB, nullable=False),
        sa.Column("system", JSONB),
        sa.Column("words", TSVECTOR, nullable=False),
        sa.Column("response_seconds", sa.Integer),
        sa.Column("edited_at", TIME),
        sa.Column("deleted_at", TIME),
        sa.Column("deleted_by", sa.String(10)),
        sa.Column("client_sent_at", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.UniqueConstraint("conversation_id", "seq"),
        sa.UniqueConstraint("conversation_id", "id"),
        sa.UniqueConstraint("sender_id", "client_id"),
        sa.ForeignKeyConstraint(
            ["conversation_id", "reply_to"],
            ["messages.conversation_id", "messages.id"],
            name="fk_messages_reply_to",
        ),
        sa.CheckConstraint("(kind = 'system') = (sender_id IS NULL)", name="sender"),
        sa.CheckConstraint("(sender_id IS NULL) = (client_id IS NULL)", name="client_id"),
        sa.CheckConstraint("deleted_at IS NULL OR text IS NULL", name="deleted"),
        sa.CheckConstraint("seq > 0 AND changed >= seq AND version > 0", name="versions"),
    )
    op.create_index(
        "ix_messages_unread",
        "messages",
        ["conversation_id", "seq"],
        postgresql_include=["sender_id"],
        postgresql_where=sa.text("deleted_at IS NULL AND kind <> 'system'"),
    )
    op.create_index("ix_messages_changed", "messages", ["conversation_id", "changed"])
    op.create_index("ix_messages_words", "messages", ["words"], postgresql_using="gin")
    op.create_index(
        "ix_messages_responses",
        "messages",
        ["sender_id", "created_at"],
        postgresql_where=sa.text("response_seconds IS NOT NULL"),
    )
    op.create_index(
        "ix_messages_deleted_at",
        "messages",
        ["deleted_at"],
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )


def _of_message() -> sa.Column[str]:
    return sa.Column("message_id", ID, sa.ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)


def _parts_of_messages() -> None:
    op.create_table(
        "message_attachments",
        _of_message(),
        sa.Column("place", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("media_id", ID, sa.ForeignKey("media.id", ondelete="RESTRICT"), nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(200)),
    )
    op.create_index("ix_message_attachments_media_id", "message_attachments", ["media_id"])
    op.create_index(
        "ix_message_attachments_conversation_id", "message_attachments", ["conversation_id", "seq"]
    )
    op.create_table(
        "message_edits",
        _of_message(),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "message_reactions",
        _of_message(),
        sa.Column("user_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("emoji", sa.String(40), primary_key=True),
        sa.Column("at", TIME, nullable=False),
    )


def _rules() -> None:
    op.create_table(
        "chat_reports",
        sa.Column("id", ID, primary_key=True),
        sa.Column("reporter_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("message_id", ID, sa.ForeignKey("messages.id")),
        sa.Column("conversation_id", ID, sa.ForeignKey("conversations.id")),
        sa.Column("user_id", ID, sa.ForeignKey("users.id")),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("action", sa.String(20)),
        sa.Column("decision_note", sa.Text),
        sa.Column("decided_by", ID),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("num_nonnulls(message_id, conversation_id, user_id) > 0", name="subject"),
        sa.CheckConstraint("(status = 'closed') = (action IS NOT NULL)", name="decision"),
    )
    op.create_index("ix_chat_reports_created_at", "chat_reports", ["created_at", "id"])
    op.create_index("ix_chat_reports_reporter_id", "chat_reports", ["reporter_id", "created_at"])
    op.create_index(
        "ix_chat_reports_message_id",
        "chat_reports",
        ["message_id"],
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_table(
        "chat_blocks",
        sa.Column("blocker_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("blocked_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("blocker_id <> blocked_id", name="others"),
    )
    op.create_index("ix_chat_blocks_blocked_id", "chat_blocks", ["blocked_id"])
    op.create_table(
        "chat_restrictions",
        sa.Column("user_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("until", TIME),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created_by", ID),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_table(
        "chat_settings",
        sa.Column("user_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("read_receipts", sa.Boolean, nullable=False),
        sa.Column("typing", sa.Boolean, nullable=False),
        sa.Column("presence", sa.String(10), nullable=False),
        sa.Column("who_may_write", sa.String(20), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
    )

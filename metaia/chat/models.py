"""Tables of chat: conversations, their participants and messages; and the rules that sending reads.

`seq` counts the messages of a conversation and `version` all changes that its participants see, both without gaps.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

ID = Uuid(as_uuid=False)
TIME = DateTime(timezone=True)


class ConversationRow(Model):
    """A conversation. `direct_key` is the pair of a direct one, `deal_id` the deal of a deal's.

    `owner_id` is the user of a support conversation and the creator of a group. `waiting_for` is the user with an
    unanswered message since `waiting_since`. `remind_at` is when users with unread messages are reminded next.
    """

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # direct, deal, support, group
    deal_id: Mapped[str | None] = mapped_column(ID)
    order_id: Mapped[str | None] = mapped_column(ID)
    direct_key: Mapped[str | None] = mapped_column(
        String(73), unique=True
    )  # the smaller id, a space, the other
    owner_id: Mapped[str | None] = mapped_column(ID, ForeignKey("users.id"))
    title: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(10))  # open, closed
    assignee_id: Mapped[str | None] = mapped_column(ID, ForeignKey("users.id"))
    last_seq: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(BigInteger)
    last_message_at: Mapped[datetime | None] = mapped_column(TIME)
    remind_at: Mapped[datetime | None] = mapped_column(TIME)
    waiting_for: Mapped[str | None] = mapped_column(ID)
    waiting_since: Mapped[datetime | None] = mapped_column(TIME)
    created_at: Mapped[datetime] = mapped_column(TIME)
    updated_at: Mapped[datetime] = mapped_column(TIME)

    __table_args__ = (
        CheckConstraint("(kind = 'direct') = (direct_key IS NOT NULL)", name="direct"),
        CheckConstraint("(kind = 'deal') = (deal_id IS NOT NULL)", name="deal"),
        CheckConstraint("last_seq >= 0 AND version >= last_seq", name="version"),
        Index("uq_conversations_deal_id", "deal_id", unique=True, postgresql_where="kind = 'deal'"),
        Index(
            "uq_conversations_support",
            "owner_id",
            unique=True,
            postgresql_where="kind = 'support' AND status = 'open'",
        ),
        Index("ix_conversations_last_message_at", "last_message_at", "id"),
        Index("ix_conversations_remind_at", "remind_at", postgresql_where="remind_at IS NOT NULL"),
    )


class ParticipantRow(Model):
    """A user of a conversation: sees the messages after `joined_seq`, and up to `left_seq` after leaving.

    `seen_seq` and `delivered_seq` are what the others see and only rise; `read_seq` is the user's own mark, which may
    go back. No index contains a mark, so that PostgreSQL updates it without touching indexes (HOT).
    """

    __tablename__ = "participants"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ID, ForeignKey("conversations.id"))
    user_id: Mapped[str] = mapped_column(ID, ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(String(16))
    joined_at: Mapped[datetime] = mapped_column(TIME)
    left_at: Mapped[datetime | None] = mapped_column(TIME)
    joined_seq: Mapped[int] = mapped_column(BigInteger)
    left_seq: Mapped[int | None] = mapped_column(BigInteger)
    read_seq: Mapped[int] = mapped_column(BigInteger)
    seen_seq: Mapped[int] = mapped_column(BigInteger)
    delivered_seq: Mapped[int] = mapped_column(BigInteger)
    cleared_seq: Mapped[int] = mapped_column(BigInteger)
    reminded_seq: Mapped[int] = mapped_column(BigInteger)
    muted_until: Mapped[datetime | None] = mapped_column(TIME)
    notify: Mapped[str] = mapped_column(String(10))  # all, mentions, none
    pinned: Mapped[bool]
    archived: Mapped[bool]
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        UniqueConstraint("conversation_id", "user_id"),
        CheckConstraint(
            "least(joined_seq, left_seq, read_seq, seen_seq, delivered_seq, cleared_seq, reminded_seq) >= 0",
            name="marks",
        ),
        CheckConstraint("(left_seq IS NULL) = (left_at IS NULL)", name="left"),
        # the couriers in conversations of deals, who leave after the delivery
        Index(
            "ix_participants_couriers",
            "conversation_id",
            postgresql_where="left_seq IS NULL AND role = 'delivery'",
        ),
        Index("ix_participants_user_id", "user_id", postgresql_where="left_seq IS NULL"),
        {"postgresql_with": {"fillfactor": 80}},
    )


class MessageRow(Model):
    """A message; a deleted one stays as a row without text. `changed` is the conversation's version at its last change.

    `fingerprint` is of the body that was sent with `client_id`. `response_seconds` is how long the other side waited
    for it, if it answers. `reactions` repeats message_reactions as clients see them.
    """

    __tablename__ = "messages"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ID, ForeignKey("conversations.id"))
    seq: Mapped[int] = mapped_column(BigInteger)
    changed: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer)
    sender_id: Mapped[str | None] = mapped_column(ID, ForeignKey("users.id"))
    sender_role: Mapped[str | None] = mapped_column(String(16))
    client_id: Mapped[str | None] = mapped_column(String(100))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10))  # text, image, document, voice, system
    text: Mapped[str | None] = mapped_column(Text)
    reply_to: Mapped[str | None] = mapped_column(ID)
    mentions: Mapped[list[str]] = mapped_column(ARRAY(ID))
    reactions: Mapped[Any] = mapped_column(JSONB)
    system: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    words: Mapped[Any] = mapped_column(TSVECTOR)  # the index of the search
    response_seconds: Mapped[int | None] = mapped_column(Integer)
    edited_at: Mapped[datetime | None] = mapped_column(TIME)
    deleted_at: Mapped[datetime | None] = mapped_column(TIME)
    deleted_by: Mapped[str | None] = mapped_column(String(10))  # sender, moderator
    client_sent_at: Mapped[datetime | None] = mapped_column(TIME)
    created_at: Mapped[datetime] = mapped_column(TIME)

    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "id"),
        UniqueConstraint("sender_id", "client_id"),
        # A quote from another conversation cannot exist.
        ForeignKeyConstraint(
            ["conversation_id", "reply_to"],
            ["messages.conversation_id", "messages.id"],
            name="fk_messages_reply_to",
        ),
        CheckConstraint("(kind = 'system') = (sender_id IS NULL)", name="sender"),
        CheckConstraint("(sender_id IS NULL) = (client_id IS NULL)", name="client_id"),
        CheckConstraint("deleted_at IS NULL OR text IS NULL", name="deleted"),
        CheckConstraint("seq > 0 AND changed >= seq AND version > 0", name="versions"),
        Index(
            "ix_messages_unread",
            "conversation_id",
            "seq",
            postgresql_include=["sender_id"],
            postgresql_where="deleted_at IS NULL AND kind <> 'system'",
        ),
        Index("ix_messages_changed", "conversation_id", "changed"),
        Index("ix_messages_words", "words", postgresql_using="gin"),
        Index("ix_messages_created_at", "created_at", "id"),  # of a search for a common word
        Index(
            "ix_messages_responses",
            "sender_id",
            "created_at",
            postgresql_where="response_seconds IS NOT NULL",
        ),
        Index("ix_messages_deleted_at", "deleted_at", postgresql_where="deleted_at IS NOT NULL"),
    )

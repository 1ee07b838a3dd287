"""Records of conversations, participants and messages, and the selects that all features of chat share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam, func, literal_column, or_, select

from metaia.chat.models import ConversationRow, MessageRow, ParticipantRow
from metaia.chat.state import DEAL
from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among
from metaia.core.json import Json


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, see `models.ConversationRow`."""

    id: str
    kind: str
    status: str
    last_seq: int
    version: int
    created_at: datetime
    updated_at: datetime
    deal_id: str | None = None
    order_id: str | None = None
    direct_key: str | None = None
    owner_id: str | None = None
    title: str | None = None
    assignee_id: str | None = None
    last_message_at: datetime | None = None
    remind_at: datetime | None = None
    waiting_for: str | None = None
    waiting_since: datetime | None = None

    @property
    def by_order(self) -> bool:
        """Return whether its participants see each other's whole name: there is an order between them."""
        return self.kind == DEAL and self.order_id is not None


@dataclass(frozen=True, slots=True)
class Participant:
    """A user of a conversation, see `models.ParticipantRow`."""

    id: str
    conversation_id: str
    user_id: str
    role: str
    joined_at: datetime
    left_at: datetime | None = None
    joined_seq: int = 0
    left_seq: int | None = None
    read_seq: int = 0
    seen_seq: int = 0
    delivered_seq: int = 0
    cleared_seq: int = 0
    reminded_seq: int = 0
    muted_until: datetime | None = None
    notify: str = "all"
    pinned: bool = False
    archived: bool = False
    version: int = 1

    @property
    def active(self) -> bool:
        """Return whether the user is in the conversation now."""
        return self.left_seq is None

    @property
    def hidden_seq(self) -> int:
        """Return the `seq` up to which the user sees nothing: it was before they joined, or they cleared it."""
        return max(self.joined_seq, self.cleared_seq)

    def last_visible(self, last_seq: int) -> int:
        """Return the `seq` of the last message that the user may read; `last_seq` is the conversation's."""
        return last_seq if self.left_seq is None else self.left_seq

    def sees(self, seq: int) -> bool:
        """Return whether the user may read the message with this `seq`."""
        return seq > self.hidden_seq and (self.left_seq is None or seq <= self.left_seq)


@dataclass(frozen=True, slots=True)
class Message:
    """A message, see `models.MessageRow`."""

    id: str
    conversation_id: str
    seq: int
    changed: int
    version: int
    kind: str
    created_at: datetime
    sender_id: str | None = None
    sender_role: str | None = None
    client_id: str | None = None
    fingerprint: str | None = None
    text: str | None = None
    reply_to: str | None = None
    mentions: list[str] = field(default_factory=list)
    reactions: list[Json] = field(default_factory=list)
    system: Any = None
    response_seconds: int | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    deleted_by: str | None = None
    client_sent_at: datetime | None = None


CONVERSATION_COLUMNS = [getattr(ConversationRow, each.name) for each in fields(Conversation)]
PARTICIPANT_COLUMNS = [getattr(ParticipantRow, each.name) for each in fields(Participant)]
MESSAGE_COLUMNS = [getattr(MessageRow, each.name) for each in fields(Message)]
_by_id = select(*CONVERSATION_COLUMNS).where(ConversationRow.id == bindparam("conversation_id"))
_conversation, _row_locked = PreparedSelect(_by_id), PreparedSelect(_by_id.with_for_update(key_share=True))
_participant = PreparedSelect(
    select(*PARTICIPANT_COLUMNS).where(
        ParticipantRow.conversation_id == bindparam("conversation_id"),
        ParticipantRow.user_id == bindparam("user_id"),
    )
)
_message = PreparedSelect(select(*MESSAGE_COLUMNS).where(MessageRow.id == bindparam("message_id")))


def conversation(conversation_id: str) -> Conversation | None:
    """Return a conversation."""
    row = db.fetch_tuple(_conversation, {"conversation_id": conversation_id})
    return None if row is None else Conversation(*row)


def row_locked(conversation_id: str) -> Conversation | None:
    """Return a conversation, row-locked in the running transaction: no message and no other change comes between."""
    row = db.fetch_tuple(_row_locked, {"conversation_id": conversation_id})
    return None if row is None else Conversation(*row)


def id_of_deal(deal_id: Any) -> ScalarSelect[str]:
    """Return the id of the conversation of the deal in a column, as a part of other queries."""
    own = (ConversationRow.kind == literal_column("'deal'"), ConversationRow.deal_id == deal_id)
    return select(ConversationRow.id).where(*own).scalar_subquery()


def conversations(conversation_ids: Iterable[str]) -> dict[str, Conversation]:
    """Return conversations by id, without those that do not exist."""
    rows = db.fetch_all(select(*CONVERSATION_COLUMNS).where(among(ConversationRow.id, conversation_ids)))
    return {row.id: Conversation(*row) for row in rows}


def participant(conversation_id: str, user_id: str) -> Participant | None:
    """Return a user's place in a conversation, also after they left it."""
    row = db.fetch_tuple(_participant, {"conversation_id": conversation_id, "user_id": user_id})
    return None if row is None else Participant(*row)


def places(user_id: str, conversation_ids: Iterable[str]) -> dict[str, Participant]:
    """Return a user's places in conversations by their ids, also those that the user has left."""
    own = (ParticipantRow.user_id == user_id, among(ParticipantRow.conversation_id, conversation_ids))
    rows = db.fetch_all(select(*PARTICIPANT_COLUMNS).where(*own))
    return {row.conversation_id: Participant(*row) for row in rows}


def participants(conversation_id: str, *, active: bool = True) -> list[Participant]:
    """Return the participants in the order in which they joined; without `active`, the former ones too."""
    query = select(*PARTICIPANT_COLUMNS).where(ParticipantRow.conversation_id == conversation_id)
    if active:
        query = query.where(ParticipantRow.left_seq.is_(None))
    return [Participant(*row) for row in db.fetch_all(query.order_by(ParticipantRow.id))]


def message(message_id: str) -> Message | None:
    """Return a message, of any conversation."""
    row = db.fetch_tuple(_message, {"message_id": message_id})
    return None if row is None else Message(*row)


def in_conversation(conversation_id: str) -> str:
    """Return the word of all messages of a conversation in the index of the search; no word of a text has an `@`."""
    return f"@{conversation_id}"


def seen_by(user_id: str, message: Any = MessageRow) -> ColumnElement[bool]:
    """Return the condition that joins a user's places in conversations to each `message` that the user may read.

    These are not deleted, and were sent after the user joined and cleared the conversation, and until the user left. It
    belongs to a join and not to a filter: a query without it has no participants, and finds nothing.
    """
    place = ParticipantRow
    return and_(
        place.conversation_id == message.conversation_id,
        place.user_id == user_id,
        message.seq > func.greatest(place.joined_seq, place.cleared_seq),
        or_(place.left_seq.is_(None), message.seq <= place.left_seq),
        message.deleted_at.is_(None),
    )

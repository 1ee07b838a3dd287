"""Selects on the people of a conversation that is on a screen, and on the conversations of users."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, and_, exists, func, literal, select, true
from sqlalchemy.orm import aliased

from metaia.chat import recipients
from metaia.chat.live.policy import MOST_TYPING
from metaia.chat.models import ConversationRow, ParticipantRow
from metaia.chat.preferences.models import ChatSettingsRow
from metaia.chat.preferences.queries import EVERYBODY
from metaia.chat.restrictions.models import ChatBlockRow
from metaia.chat.state import GROUP, OPEN
from metaia.core import db
from metaia.core.db.expressions import among

MOST_ROOMS = 50  # conversations in which a user's presence is shown, the newest ones
MOST_READ = MOST_TYPING + 1  # participants
_row, _conversation = ParticipantRow, ConversationRow
_settings, _block = ChatSettingsRow, ChatBlockRow


@dataclass(frozen=True, slots=True)
class Companion:
    """An active participant as another user meets it: what it shows, and blocks between the two."""

    user_id: str
    role: str
    typing: bool
    presence: bool
    has_blocked: bool  # the other user
    is_blocked: bool  # by the other user


def companions(conversation_id: str, user_id: str) -> list[Companion]:
    """Return the active participants of a conversation as `user_id` meets them, at most MOST_READ."""
    own = func.coalesce(_settings.typing, True), func.coalesce(_settings.presence == EVERYBODY, True)
    has = exists().where(_block.blocker_id == _row.user_id, _block.blocked_id == user_id)
    is_ = exists().where(_block.blocker_id == user_id, _block.blocked_id == _row.user_id)
    query = select(_row.user_id, _row.role, *own, has, is_)
    query = query.outerjoin(_settings, _settings.user_id == _row.user_id)
    query = query.where(_row.conversation_id == conversation_id, _row.left_seq.is_(None))
    return [Companion(*row) for row in db.fetch_all(query.order_by(_row.id).limit(MOST_READ))]


def presence_rooms(user_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the rooms of the newest conversations of each of `user_ids` that shows its presence.

    Conversations with a user that it has blocked are left out, and groups.
    """
    other = aliased(ParticipantRow)
    user = select(func.unnest(literal(list(user_ids), ARRAY(_row.user_id.type))).label("id")).subquery()
    blocked = (
        select(literal(1))
        .select_from(other)
        .join(_block, _block.blocked_id == other.user_id)
        .where(other.conversation_id == _conversation.id, _block.blocker_id == _row.user_id)
    )
    newest = (
        select(_conversation.id)
        .join(_row, _row.conversation_id == _conversation.id)
        .where(_row.user_id == user.c.id, _row.left_seq.is_(None))
        .where(_conversation.kind != GROUP, _conversation.status == OPEN, ~blocked.exists())
        .order_by(_conversation.last_message_at.desc().nulls_last())
        .limit(MOST_ROOMS)
        .lateral()
    )
    hidden = exists().where(_settings.user_id == user.c.id, _settings.presence != EVERYBODY)
    query = select(user.c.id, newest.c.id).select_from(user.join(newest, true())).where(~hidden)
    found: dict[str, list[str]] = {}
    for user_id, conversation_id in db.fetch_all(query):
        found.setdefault(user_id, []).append(recipients.room(conversation_id))
    return found


def groups(user_ids: list[str]) -> dict[str, list[str]]:
    """Return the rooms of the groups of users, without users that are in none."""
    query = select(_row.user_id, _row.conversation_id).join(
        _conversation, _conversation.id == _row.conversation_id
    )
    mine = and_(among(_row.user_id, user_ids), _row.left_seq.is_(None), _conversation.kind == GROUP)
    found: dict[str, list[str]] = {}
    for user_id, conversation_id in db.fetch_all(query.where(mine)):
        found.setdefault(user_id, []).append(recipients.room(conversation_id))
    return found

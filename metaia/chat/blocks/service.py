"""Blocking users, and ending blocks."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from metaia.chat import queries as chat_queries
from metaia.chat import refusals
from metaia.chat.participants import publish
from metaia.chat.participants.state import PEOPLE
from metaia.chat.restrictions import queries
from metaia.chat.restrictions.models import ChatBlockRow
from metaia.chat.restrictions.queries import LISTED
from metaia.core import db
from metaia.core.access.actor import STAFF, Actor
from metaia.core.errors import Forbidden, Invalid, NotFound
from metaia.core.times import now
from metaia.users import queries as user_queries


def block(actor: Actor, user_id: str) -> None:
    """Block a user: neither of both begins or goes on with a direct conversation. Blocking twice changes nothing.

    Raises Invalid for oneself, NotFound, Forbidden for staff, and TooMany (`limit_reached`).
    """
    if user_id == actor.id:
        raise Invalid("You cannot block yourself.")
    if _role_of(user_id) in STAFF:
        raise Forbidden("Staff cannot be blocked.")
    row = {"blocker_id": actor.id, "blocked_id": user_id, "created_at": now()}
    with db.transaction():
        if len(queries.blocked_by(actor.id) - {user_id}) >= LISTED:
            raise refusals.limit_reached("You have blocked as many users as you may.", LISTED)
        new = insert(ChatBlockRow).values(**row).on_conflict_do_nothing().returning(ChatBlockRow.blocked_id)
        if db.execute(new).first() is not None:
            _changed(actor.id, user_id)


def unblock(actor: Actor, user_id: str) -> None:
    """End a block; without one nothing changes. Raises NotFound for a user that does not exist."""
    _role_of(user_id)
    pair = (ChatBlockRow.blocker_id == actor.id, ChatBlockRow.blocked_id == user_id)
    with db.transaction():
        if db.execute(delete(ChatBlockRow).where(*pair)).rowcount:
            _changed(actor.id, user_id)


def _role_of(user_id: str) -> str:
    person = user_queries.by_id(user_id)
    if person is None:
        raise NotFound("There is no such user.")
    return person.role


def _changed(a: str, b: str) -> None:
    """Raise the version of what both share, so that a message on its way is checked again with the block.

    The event names neither of them: a block is not visible.
    """
    for conversation_id in queries.shared(a, b):
        conversation = chat_queries.row_locked(conversation_id)
        if conversation is not None:
            publish.changed(conversation, PEOPLE)

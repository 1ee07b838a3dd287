"""Restrictions: staff forbids users to write."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from metaia.chat import policy, refusals
from metaia.chat.restrictions import queries
from metaia.chat.restrictions.models import ChatRestrictionRow
from metaia.chat.restrictions.queries import Restriction
from metaia.core import db, rooms
from metaia.core.access.actor import STAFF, Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Forbidden, Invalid, NotFound
from metaia.core.times import now, rfc3339
from metaia.users import queries as user_queries


def restrict(
    actor: Actor, user_id: str, until: datetime | None, reason: str, *, shortens: bool = True
) -> Restriction:
    """Forbid a user to write, until a time or for good; audited. Without `shortens`, a longer restriction stays.

    Raises NotFound, Forbidden for staff, and Invalid.
    """
    if until is not None and until <= now():
        raise Invalid(details={"until": ["Must be in the future."]})
    person = user_queries.by_id(user_id)
    if person is None:
        raise NotFound("There is no such user.")
    if person.role in STAFF:
        raise Forbidden("Staff cannot be restricted.")
    restriction = Restriction(user_id, until, reason, actor.id, now())
    values = asdict(restriction)
    row = insert(ChatRestrictionRow).values(**values)
    replaced = None if shortens or until is None else ChatRestrictionRow.until <= until
    with db.transaction():
        written = db.execute(
            row.on_conflict_do_update(index_elements=["user_id"], set_=values, where=replaced)
        )
        if written.rowcount:
            after = {"until": rfc3339(until), "reason": reason}
            audit_log.record("chat.restrict", subject=rooms.user(user_id), after=after)
    return restriction


def require_none(actor: Actor) -> None:
    """Raise Forbidden (`restricted`) if staff has forbidden the actor to write."""
    found = queries.restriction(actor.id)
    if found is not None:
        raise refusals.problem(policy.RESTRICTED, until=found.until)


def lift(user_id: str) -> None:
    """End the restriction of a user, audited; without one nothing changes. Raises NotFound."""
    if user_queries.by_id(user_id) is None:
        raise NotFound("There is no such user.")
    with db.transaction():
        gone = db.execute(delete(ChatRestrictionRow).where(ChatRestrictionRow.user_id == user_id))
        if gone.rowcount:
            audit_log.record("chat.unrestrict", subject=rooms.user(user_id))

"""Following partners. Totals are counted by triggers, in the same transaction."""

from __future__ import annotations

from sqlalchemy import delete

from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Forbidden, NotFound
from metaia.core.json import Json
from metaia.core.times import now
from metaia.notifications import service as notification_service
from metaia.shops.follows import presenters, queries
from metaia.shops.follows.models import FollowRow
from metaia.shops.follows.notifications import FOLLOWED
from metaia.users import queries as user_queries

MOST = 2000


def follow(actor: Actor, partner_id: str) -> Json:
    """Follow a partner; one that is followed already stays so. Return the state after it.

    Raises NotFound for a partner without a published profile, Forbidden for oneself, and Conflict
    (`too_many_follows`).
    """
    if partner_id == actor.id:
        raise Forbidden("You cannot follow yourself.")
    with db.transaction():
        person = user_queries.to_change(actor.id)  # so that follows at once are counted one after the other
        if not queries.is_published(partner_id):
            raise NotFound("There is no such partner.")
        if queries.add(actor.id, partner_id, now()):
            if queries.count_of(actor.id) > MOST:
                raise Conflict("You follow as many partners as you can.", code="too_many_follows")
            name = presenters.first_name(person.name) if person else None
            data = {"firstName": name}
            notification_service.notify(partner_id, FOLLOWED, data, subject=rooms.user(actor.id))
        return _state(partner_id, following=True)


def unfollow(actor: Actor, partner_id: str) -> Json:
    """Follow a partner no more; one that is not followed, or does not exist, stays so. Return the state after it."""
    mine = (FollowRow.follower_id == actor.id, FollowRow.partner_id == partner_id)
    with db.transaction():
        db.execute(delete(FollowRow).where(*mine))
        return _state(partner_id, following=False)


def followed_partner(actor: Actor) -> str:
    """Return the id of a partner, which has followers. Raises Forbidden for all others."""
    if not actor.is_partner:
        raise Forbidden("Only partners have followers.")
    return actor.id


def _state(partner_id: str, *, following: bool) -> Json:
    return {"following": following, "followers": queries.followers(partner_id)}

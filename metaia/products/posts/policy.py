"""Rights to delete posts. Pure."""

from __future__ import annotations

from datetime import timedelta

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, Permission

POSTS_MANAGE = Permission("posts.manage", ADMINS)  # those of all partners
NEWS_EVERY = timedelta(days=1)  # followers are notified about one post of a partner in that time


def may_delete(actor: Actor | None, partner_id: str) -> bool:
    """Return whether `actor` may delete a post of a partner."""
    if actor is None:
        return False
    return (actor.is_partner and actor.id == partner_id) or actor.may(POSTS_MANAGE)

"""Changes of the state of a profile: by its partner, and by admins."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.errors import NotFound
from metaia.shops import policy, queries
from metaia.shops import service as shop_service
from metaia.shops.queries import Shop
from metaia.shops.state import ADMIN, HIDDEN, IN_REVIEW, MACHINE, PUBLISHED


def act(
    actor: Actor, partner_id: str, action: str, version: versions.Expected, reason: str | None = None
) -> Shop:
    """Change the state of a profile. Raises NotFound, Forbidden, and Conflict (also `illegal_transition`)."""
    with db.transaction():
        before = queries.row_locked(partner_id)
        if before is None:
            raise NotFound("There is no such profile.")
        parties = policy.parties(actor, before)
        target = MACHINE.require(
            before, action, parties, version, lambda: shop_service.conflict(actor, before)
        ).target
        if target == IN_REVIEW and current_app.config["PARTNER_APPROVAL"] == "none":
            target = PUBLISHED
        hidden_by_staff = target == HIDDEN and ADMIN in parties
        after = replace(before, status=target, status_reason=reason, hidden_by_staff=hidden_by_staff)
        return shop_service.write(actor, before, after, action=action)

"""Changes of the state of a profile: by its partner, and by admins."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app

from metaia.core import db, rooms, versions
from metaia.core.access.actor import Actor
from metaia.core.errors import NotFound
from metaia.notifications import service as notification_service
from metaia.shops import policy, queries
from metaia.shops import service as shop_service
from metaia.shops.approvals.notifications import TYPES
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
        written = shop_service.write(actor, before, after, action=action)
        if actor.id != partner_id:
            _notify(written, action)
        return written


def _notify(shop: Shop, action: str) -> None:
    """Notify the partner of what an admin has decided, in the running transaction."""
    data = {"businessName": shop.business_name, "reason": shop.status_reason}
    subject = rooms.subject("partner", shop.user_id)
    notification_service.notify(shop.user_id, TYPES[action], data, subject=subject)

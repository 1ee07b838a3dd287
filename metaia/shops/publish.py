"""Publishing that a shop has changed: each process informs the clients that look at it, at most once a second."""

from __future__ import annotations

from typing import Any

from metaia.core import rooms
from metaia.core.times import rfc3339
from metaia.presence import publish as presence_publish
from metaia.realtime import events
from metaia.shops.availability import Availability
from metaia.shops.queries import Shop

CHANGED = "partner:changed"


def changed(shop: Shop, found: Availability) -> None:
    """Record in the running transaction that the profile, hours or state of a shop has changed, and what it is now."""
    payload = {
        "partnerId": shop.user_id,
        "availability": found.state,
        "acceptsOrders": found.accepts_orders,
        "opensAt": rfc3339(found.opens_at),
        "pausedUntil": rfc3339(found.until),
        "version": shop.version,
    }
    events.record("partner.changed", payload, audience=(), subject=rooms.subject("partner", shop.user_id))


def to_clients(payload: dict[str, Any]) -> None:
    """Send a change to the clients of this process that look at the partner, and to the partner's own."""
    partner_id = payload["partnerId"]
    audience = [presence_publish.room(partner_id), rooms.user(partner_id)]
    events.emit_to_local_clients(CHANGED, payload, audience=audience)

"""Informing clients that look at a partner: at most once a second for each menu."""

from __future__ import annotations

from typing import Any

from metaia.core import rooms
from metaia.presence import publish as presence_publish
from metaia.products.publish import MOST_IDS
from metaia.realtime import events

MENU_CHANGED = "menu:changed"


def emit(payload: dict[str, Any]) -> None:
    """Inform the clients of this process that look at a partner, and those of the partner."""
    partner_id = payload["partnerId"]
    audience = [presence_publish.room(partner_id), rooms.user(partner_id)]
    events.emit_to_local_clients(MENU_CHANGED, payload, audience=audience)


def together(earlier: dict[str, Any], later: dict[str, Any]) -> dict[str, Any]:
    """Return one change for two of them; a change without products may concern all."""
    both = earlier["productIds"] and later["productIds"]
    named = sorted({*earlier["productIds"], *later["productIds"]}) if both else []
    return later | {"productIds": named if len(named) <= MOST_IDS else []}

"""Informing clients that look at a partner: at most once a second for each menu.

Each web process reads the same events from the log, and informs its own clients.
"""

from __future__ import annotations

from typing import Any

import gevent
from flask import Flask

from metaia.core import rooms
from metaia.presence import publish as presence_publish
from metaia.products.publish import MOST_IDS
from metaia.realtime import events

MENU_CHANGED = "menu:changed"
SPACING = 1.0  # seconds


class Live:
    """The changes of menus that this process has not passed on yet."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._waiting: dict[str, dict[str, Any] | None] = {}  # by partner: None after one was passed on

    def changed(self, payload: dict[str, Any]) -> None:
        """Pass a change on: at once, or with others a second after the last one. Does not block."""
        partner_id = payload["partnerId"]
        if partner_id in self._waiting:
            self._waiting[partner_id] = _together(self._waiting[partner_id], payload)
            return
        self._waiting[partner_id] = None
        audience = [presence_publish.room(partner_id), rooms.user(partner_id)]
        events.emit_to_local_clients(MENU_CHANGED, payload, audience=audience)
        gevent.spawn_later(SPACING, self._continue, partner_id)

    def _continue(self, partner_id: str) -> None:
        pending = self._waiting.pop(partner_id)
        if pending is not None:
            with self._app.app_context():
                self.changed(pending)


def _together(one: dict[str, Any] | None, other: dict[str, Any]) -> dict[str, Any]:
    """Return one change for two of them; a change without products may concern all."""
    if one is None:
        return other
    both = one["productIds"] and other["productIds"]
    named = sorted({*one["productIds"], *other["productIds"]}) if both else []
    return other | {"productIds": named if len(named) <= MOST_IDS else []}

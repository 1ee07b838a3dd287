"""Informing clients that look at free times: at most once a second for each calendar.

Each web process reads the same events from the log, and informs its own clients.
"""

from __future__ import annotations

from typing import Any

import gevent
from flask import Flask

from metaia.core import rooms
from metaia.realtime import events

SLOTS_CHANGED = "booking-slots-changed"
SPACING = 1.0  # seconds
MOST_DATES = 62  # of one event; more are any date


def room(partner_id: str) -> str:
    """Return the room of the clients that look at the free times of a partner."""
    return rooms.subject("slots", partner_id)


class Live:
    """The changes of calendars that this process has not passed on yet."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._waiting: dict[str, dict[str, Any] | None] = {}  # by calendar: None after one was passed on

    def changed(self, payload: dict[str, Any]) -> None:
        """Pass a change on: at once, or with others of the calendar a second after the last one. Does not block."""
        calendar_id = payload["calendarId"]
        if calendar_id in self._waiting:
            self._waiting[calendar_id] = _together(self._waiting[calendar_id], payload)
            return
        self._waiting[calendar_id] = None
        self._emit(payload)
        gevent.spawn_later(SPACING, self._continue, calendar_id)

    def _continue(self, calendar_id: str) -> None:
        pending = self._waiting.pop(calendar_id)
        if pending is not None:
            with self._app.app_context():
                self.changed(pending)

    def _emit(self, payload: dict[str, Any]) -> None:
        events.emit_to_local_clients(SLOTS_CHANGED, payload, audience=[room(payload["partnerId"])])


def _together(one: dict[str, Any] | None, other: dict[str, Any]) -> dict[str, Any]:
    """Return one change for two of them; a change without dates concerns all."""
    if one is None:
        return other
    dates = sorted({*one["dates"], *other["dates"]}) if one["dates"] and other["dates"] else []
    return other | {"dates": dates if len(dates) <= MOST_DATES else []}

"""Informing clients that look at free times: at most once a second for each calendar."""

from __future__ import annotations

from typing import Any

from flask import Flask

from metaia.core import rooms
from metaia.realtime import events
from metaia.realtime.clients.spacing import Spaced

SLOTS_CHANGED = "booking-slots-changed"
MOST_DATES = 62  # of one event; more are any date


def room(partner_id: str) -> str:
    """Return the room of the clients that look at the free times of a partner."""
    return rooms.subject("slots", partner_id)


class Live(Spaced):
    """The changes of calendars that this process has not passed on yet."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, "calendarId", _emit, _together)


def _emit(payload: dict[str, Any]) -> None:
    events.emit_to_local_clients(SLOTS_CHANGED, payload, audience=[room(payload["partnerId"])])


def _together(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return one change for two of them; a change without dates concerns all."""
    dates = sorted({*one["dates"], *other["dates"]}) if one["dates"] and other["dates"] else []
    return other | {"dates": dates if len(dates) <= MOST_DATES else []}

"""Changes that clients get at most once a second for each thing; those in between become one.

Each web process reads the same events from the log, and informs its own clients.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
from flask import Flask

SPACING = 1.0  # seconds
Payload = dict[str, Any]


class Spaced:
    """The changes that this process has not passed on yet.

    `key` is the field of a payload that names the thing; `together` makes one change of two, `emit` sends it.
    """

    def __init__(
        self,
        app: Flask,
        key: str,
        emit: Callable[[Payload], None],
        together: Callable[[Payload, Payload], Payload] = lambda _, later: later,
    ) -> None:
        self._app, self._key = app, key
        self._emit, self._together = emit, together
        self._waiting: dict[str, Payload | None] = {}  # by thing: None after one was passed on

    def changed(self, payload: Payload) -> None:
        """Pass a change on: at once, or with others of the thing a second after the last one. Does not block."""
        thing = payload[self._key]
        if thing in self._waiting:
            earlier = self._waiting[thing]
            self._waiting[thing] = payload if earlier is None else self._together(earlier, payload)
            return
        self._waiting[thing] = None
        self._emit(payload)
        gevent.spawn_later(SPACING, self._continue, thing)

    def _continue(self, thing: str) -> None:
        pending = self._waiting.pop(thing)
        if pending is not None:
            with self._app.app_context():
                self.changed(pending)

"""Whether the log is of a newer release: it then has events that this process cannot show, and must not skip.

During a rolling deployment the new processes record events of new types. An old process does not know their audience's
view of them. If it skipped them, its clients' cursors would move past them, and those clients would never get them.
"""

from __future__ import annotations

import structlog
from flask import Flask

from metaia.realtime.catalogue import EVENTS, RETIRED, EventType
from metaia.realtime.log.store import Event

logger = structlog.get_logger(__name__)


class Release:
    """The event types of this release."""

    def __init__(self, app: Flask) -> None:
        self._types = EVENTS.of(app)
        self._retired = RETIRED.of(app)
        self._skipped = frozenset(app.config["EVENTS_TO_SKIP"])
        self.newer: set[str] = set()  # types of the log that this release does not know

    def on_wire(self, event: Event) -> EventType | None:
        """Return the type of `event`, or None if clients do not get events of that type."""
        kind = self._types.get(event.type)
        return None if kind is None or kind.wire is None else kind

    def is_older_than(self, event: Event) -> bool:
        """Return whether `event` is of a newer release; the process is not ready any more once it has seen one."""
        if event.type in self._types or event.type in self._retired or event.type in self._skipped:
            return False
        if event.type not in self.newer:
            self.newer.add(event.type)
            logger.error(
                "the log is of a newer release: replace this process, or after a roll-back set EVENTS_TO_SKIP",
                type=event.type,
                position=event.position,
            )
        return True

    @property
    def problem(self) -> str | None:
        """Return the types that this release does not know, as one text; None if it knows all that it has seen."""
        return f"older_than_log: {', '.join(sorted(self.newer))}" if self.newer else None

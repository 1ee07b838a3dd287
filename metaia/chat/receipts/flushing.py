"""What was delivered to clients, collected in memory and written together.

A client confirms messages all the time, and one statement for many marks costs a small part of one for each. A mark
that is lost with its process is raised by the client's next confirmation, or by reading.
"""

from __future__ import annotations

from itertools import islice

import gevent
import structlog
from flask import Flask, current_app

from metaia.chat.receipts import service
from metaia.core import db

EXTENSION = "metaia.chat.delivered"
EVERY = 0.5  # seconds
BATCH = 1_000  # marks in one transaction
MOST = 20_000  # marks that wait; above it, those of further conversations are dropped
Key = tuple[str, str]  # conversation and user
logger = structlog.get_logger(__name__)


class Pending:
    """The marks of this process that are not written yet."""

    def __init__(self, app: Flask) -> None:
        self._marks: dict[Key, int] = {}
        app.extensions[EXTENSION] = self

    def add(self, user_id: str, conversation_id: str, seq: int) -> None:
        """Confirm that a user has all messages of a conversation up to `seq`; returns at once."""
        key = conversation_id, user_id
        if key in self._marks or len(self._marks) < MOST:
            self._marks[key] = max(seq, self._marks.get(key, 0))

    def run(self) -> None:
        """Write marks, for ever."""
        while True:
            gevent.sleep(EVERY)
            self.flush()

    def flush(self) -> None:
        """Write all marks now. Without PostgreSQL they wait for the next time."""
        marks, self._marks = self._marks, {}
        try:
            while batch := dict(islice(marks.items(), BATCH)):
                service.write_delivered(batch)
                for key in batch:
                    del marks[key]
        except db.UNAVAILABLE as error:
            logger.warning("deliveries in chat not written", error=db.describe(error))
            for (conversation_id, user_id), seq in marks.items():
                self.add(user_id, conversation_id, seq)


def current() -> Pending:
    """Return the marks of the current application."""
    pending: Pending = current_app.extensions[EXTENSION]
    return pending

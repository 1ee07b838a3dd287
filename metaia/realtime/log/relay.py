"""The relay: one elected leader moves committed outbox rows into the log and gives each the next position.

The leader moves rows on the connection that holds its lock (`leader`): a leader that has lost its lock has lost that
connection too, and cannot write. One statement deletes from the outbox, numbers and inserts, so a row is either still
in the outbox or at its one position in the log.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import gevent
import structlog
from gevent.event import Event as Signal
from gevent.lock import BoundedSemaphore
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from metaia.core import db, fault_injection
from metaia.core.db import driver
from metaia.core.db.direct import Pooled
from metaia.core.db.driver import Statement
from metaia.core.times import now, rfc3339
from metaia.realtime.log import leader
from metaia.realtime.log import store as log_store
from metaia.realtime.log.store import Event

BATCH = 500
SPACING = 0.005  # seconds between two batches: a single event moves at once; under load, many move together
POLL = 0.5  # seconds; finds rows after a lost wake-up
PAUSE = 0.3  # seconds before a former leader tries again
POOLED_PAUSE = 5.0  # seconds before a process that cannot lead tries again
YIELD = 1.5  # seconds for the others, after it has stepped down

logger = structlog.get_logger(__name__)

MOVE = Statement(
    """
    WITH taken AS (
        DELETE FROM outbox
        WHERE id IN (SELECT id FROM outbox WHERE kind = 'event' ORDER BY id LIMIT $1)
        RETURNING id, uid, type, payload, audience, actor, subject, request_id, created_at, thread, thread_ref
    ), numbered AS (
        SELECT taken.*, log_head.position + row_number() OVER (ORDER BY taken.id) AS position,
               (now() AT TIME ZONE 'UTC')::date AS day
        FROM taken, log_head
    ), logged AS (
        INSERT INTO event_log (position, day, id, type, payload, actor, subject, request_id, created_at)
        SELECT position, day, uid, type, payload, actor, subject, request_id, created_at FROM numbered
    ), addressed AS (
        INSERT INTO event_audience (room, position, day)
        SELECT unnest(audience), position, day FROM numbered
    ), threaded AS (
        INSERT INTO event_threads (thread, position, event_id, type, ref, actor, at)
        SELECT thread, position, uid, type, thread_ref, actor, created_at FROM numbered WHERE thread IS NOT NULL
    ), dated AS (
        INSERT INTO log_days (day, first_position)
        SELECT day, min(position) FROM numbered GROUP BY day ON CONFLICT (day) DO NOTHING
    ), headed AS (
        UPDATE log_head SET position = position + (SELECT count(*) FROM taken)
        WHERE EXISTS (SELECT FROM taken)
    )
    SELECT position, uid, type, payload, audience, created_at FROM numbered ORDER BY position
    """
)


class Relay:
    """Runs in every web process, of which one leads. `on_moved` gets each batch in order, and must not block."""

    def __init__(self, on_moved: Callable[[list[Event]], None]) -> None:
        self.on_moved = on_moved
        self.leading = False
        self.problem: str | None = None  # why this process can never lead
        self._signal = Signal()
        self._stepping_down = False

    def step_down(self) -> None:
        """Let another process lead. This one leads again only if none does; returns at once."""
        self._stepping_down = self.leading
        self.wake()

    def wake(self) -> None:
        """Move rows now instead of at the next poll; returns at once."""
        self._signal.set()

    def run(self) -> None:
        """Wait for leadership, and lead, for ever."""
        while True:
            try:
                with leader.leadership() as (connection, turn):
                    self._lead(connection, turn)
            except DBAPIError as error:
                logger.warning("relay lost the database", error=db.describe(error))
            except Pooled as error:
                self._cannot_lead(str(error))
            finally:
                self.leading = False
            gevent.sleep(YIELD if self._stepping_down else PAUSE)
            self._stepping_down = False

    def _cannot_lead(self, reason: str) -> None:
        if self.problem is None:
            logger.error("this process cannot lead the relay", reason=reason)
        self.problem = reason
        gevent.sleep(POOLED_PAUSE)

    def _lead(self, connection: Connection, turn: BoundedSemaphore) -> None:
        logger.info("this process leads the relay")
        self.leading, self.problem = True, None
        opened = None
        while not self._stepping_down:
            today = now().date()
            if today != opened:
                with db.transaction():
                    log_store.open_days(today)
                opened = today
            if self._signal.is_set():
                fault_injection.point("before_move")
            self._signal.clear()
            with turn:
                events = move(connection)
            moved_at = time.monotonic()
            if events:
                self.on_moved(events)
            if len(events) < BATCH and self._signal.wait(POLL):
                gevent.sleep(moved_at + SPACING - time.monotonic())


def move(connection: Connection, batch: int = BATCH) -> list[Event]:
    """Move one batch from the outbox to the log; return it. `connection` must be the leader's, in autocommit."""
    with driver.errors(connection):
        rows = driver.rows(driver.of(connection), MOVE, [str(batch).encode()])
    if rows:
        fault_injection.point("after_move")
    return [
        Event(position, uid, kind, payload, tuple(audience), rfc3339(created_at) or "")
        for position, uid, kind, payload, audience, created_at in rows
    ]

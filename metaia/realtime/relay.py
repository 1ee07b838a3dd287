"""The relay: one elected leader moves committed outbox rows into the log and gives each the next position.

The leader holds a session-level advisory lock and moves rows *on that same connection*: a leader that lost its lock
has lost its connection, and cannot write. One statement deletes from the outbox, numbers and inserts, so a row is
either still in the outbox or at its one place in the log.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import gevent
import structlog
from gevent.event import Event as Signal
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from metaia.core import db, driver, faults
from metaia.core.driver import Statement
from metaia.core.times import now, rfc3339
from metaia.extensions import db as database
from metaia.realtime import log
from metaia.realtime.log import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOCK = 0x4D455441  # "META"
BATCH = 500
SPACING = 0.005  # seconds between two batches: alone, an event moves at once; in a crowd, many move together
POLL = 0.5  # seconds; the net under the wake-ups, and how often a leader shows that it lives
SILENT = 1.2  # seconds after which a leader that shows nothing is frozen, and deposed
CANDIDATE_EVERY = 0.3  # seconds between tries to become the leader

logger = structlog.get_logger(__name__)

BEAT = text(
    """
    INSERT INTO relay_beat (single, pid, at) VALUES (true, pg_backend_pid(), clock_timestamp())
    ON CONFLICT (single) DO UPDATE SET pid = excluded.pid, at = excluded.at
    """
)
DEPOSE = text(
    """
    SELECT pg_terminate_backend(beat.pid, 1000) -- and wait for its end, a second at most
    FROM relay_beat AS beat JOIN pg_stat_activity AS leader USING (pid)
    WHERE beat.at < clock_timestamp() - make_interval(secs => :silent)
      AND leader.wait_event_type = 'Client' -- else PostgreSQL is what is slow, and the next leader would fare no better
      AND EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = :key AND pid = beat.pid)
    """
)
MOVE = Statement(
    """
    WITH taken AS (
        DELETE FROM outbox
        WHERE id IN (SELECT id FROM outbox WHERE kind = 'event' ORDER BY id LIMIT $1)
        RETURNING id, uid, type, payload, audience, actor, subject, request_id, created_at
    ), numbered AS (
        SELECT taken.*, log_head.position + row_number() OVER (ORDER BY taken.id) AS position,
               (now() AT TIME ZONE 'UTC')::date AS day
        FROM taken, log_head
    ), logged AS (
        INSERT INTO event_log (position, day, id, type, payload, actor, subject, request_id, created_at)
        SELECT position, day, uid, type, payload, actor, subject, request_id, created_at FROM numbered
    ), heard AS (
        INSERT INTO event_audience (room, position, day)
        SELECT unnest(audience), position, day FROM numbered
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
    """Runs in every web process; one of them leads. `moved` receives each batch in order, and must not block."""

    def __init__(self, moved: Callable[[list[Event]], None]) -> None:
        self.moved = moved
        self.leading = False
        self._signal = Signal()

    def wake(self) -> None:
        """Say that the outbox has something; returns at once."""
        self._signal.set()

    def run(self) -> None:
        """Try to lead, and lead, for ever."""
        while True:
            try:
                with _own_connection() as connection:
                    _await_lead(connection)
                    self._lead(connection)
            except DBAPIError as error:
                logger.warning("relay lost the database", error=str(error).splitlines()[0])
            finally:
                self.leading = False
            gevent.sleep(CANDIDATE_EVERY)

    def _lead(self, connection: Connection) -> None:
        logger.info("this process leads the relay")
        self.leading = True
        opened, beaten = None, 0.0
        while True:
            today = now().date()
            if today != opened:
                with db.transaction():
                    log.open_days(today)
                opened = today
            if self._signal.is_set():
                faults.point("before_move")
            if time.monotonic() - beaten >= POLL:
                connection.execute(BEAT)
                beaten = time.monotonic()
            self._signal.clear()
            events, moved_at = move(connection), time.monotonic()
            if events:
                self.moved(events)
            if len(events) < BATCH and self._signal.wait(POLL):
                gevent.sleep(moved_at + SPACING - time.monotonic())


def _await_lead(connection: Connection) -> None:
    """Return when this process leads; a leader that is frozen is deposed on the way."""
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
        if connection.execute(DEPOSE, {"silent": SILENT, "key": LOCK}).all():
            logger.warning("the relay's leader was silent, and is deposed")
        else:
            gevent.sleep(CANDIDATE_EVERY)


@contextmanager
def _own_connection() -> Iterator[Connection]:
    """Give a connection outside of the pool. Whatever ends it, it is closed, and PostgreSQL takes its lock back.

    SQLAlchemy only forgets a detached connection on which something was interrupted.
    """
    with ExitStack() as stack:
        connection = database.engine.connect()
        stack.callback(connection.connection.driver_connection.close)  # type: ignore[union-attr]
        stack.enter_context(connection)
        connection.detach()
        yield connection


def move(connection: Connection, batch: int = BATCH) -> list[Event]:
    """Move one batch from the outbox to the log, and return it. `connection` must be the leader's, in autocommit."""
    with driver.errors(connection):
        rows = driver.rows(driver.of(connection), MOVE, [str(batch).encode()])
    if rows:
        faults.point("after_move")
    return [
        Event(position, uid, kind, payload, tuple(audience), rfc3339(created_at) or "")
        for position, uid, kind, payload, audience, created_at in rows
    ]

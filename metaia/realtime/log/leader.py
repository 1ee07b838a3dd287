"""Leader election of the relay: the leader is the process that holds an advisory lock, by its connection.

The leader writes a heartbeat on that connection, from a greenlet of its own. The other processes read it, and
depose a leader when its heartbeat stands still, in less than two seconds. A leader that is only short of CPU time stays
leader.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime

import gevent
import psycopg
import structlog
from gevent.lock import BoundedSemaphore
from sqlalchemy import Connection, text

from metaia.core import db
from metaia.core.db import direct, driver

LOCK = 0x4D455441  # "META"
BEAT_EVERY = 0.25  # seconds
LOOK_EVERY = 0.2  # seconds between two attempts of a follower to lead, each of which reads the heartbeat
# The leader is deposed after so many readings of the same heartbeat in a row: 1.4 to 1.7 seconds. Readings are counted
# instead of seconds, because the follower itself may have been suspended.
SAME_BEATS = 7

logger = structlog.get_logger(__name__)

BEAT = "UPDATE relay_beat SET at = clock_timestamp() WHERE pid = pg_backend_pid()"
LOOK = text(
    """
    WITH tried AS (SELECT pg_try_advisory_lock(:key) AS leads), begun AS (
        INSERT INTO relay_beat (single, pid, at)
        SELECT true, pg_backend_pid(), clock_timestamp() FROM tried WHERE leads -- so every leader has a heartbeat
        ON CONFLICT (single) DO UPDATE SET pid = excluded.pid, at = excluded.at
    )
    SELECT leads, beat.pid, beat.at FROM tried LEFT JOIN relay_beat AS beat ON true
    """
)
SECONDS_SINCE_BEAT = text("SELECT extract(epoch FROM clock_timestamp() - at) FROM relay_beat")
DEPOSE = text(
    """
    SELECT pg_terminate_backend(beat.pid, 1000) -- and wait for its end, for a second at most
    FROM relay_beat AS beat JOIN pg_stat_activity AS leader USING (pid)
    WHERE beat.pid = :pid AND beat.at = :at
      AND leader.wait_event_type = 'Client' -- otherwise PostgreSQL is slow, and a new leader would not be faster
      AND EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = :key AND pid = beat.pid)
    """
)


@contextmanager
def leadership() -> Iterator[tuple[Connection, BoundedSemaphore]]:
    """Wait until this process leads; give the leader's connection, and the lock to hold while using it.

    Raises Pooled: behind a pooler two processes would lead, each with a lock of another session.
    """
    with _own_connection() as (connection, raw):
        _acquire(connection)
        turn = BoundedSemaphore()
        beating = gevent.spawn(_beat, raw, turn)
        try:
            yield connection, turn
        finally:
            beating.kill()


def _beat(connection: driver.Connection, turn: BoundedSemaphore) -> None:
    """Write heartbeats. Nothing else that the leader waits for can delay them, except another use of the connection."""
    with suppress(psycopg.Error):  # the relay gets the same error from its next statement
        while True:
            gevent.sleep(BEAT_EVERY)
            with turn:
                connection.execute(BEAT)


def _acquire(connection: Connection) -> None:
    """Return when this process leads. Until then, depose a leader when its heartbeat stands still."""
    seen, same = None, 0
    while True:
        leads, *beat = connection.execute(LOOK, {"key": LOCK}).one()
        if leads:
            return
        same = same + 1 if beat == seen else 0
        seen = beat
        if same >= SAME_BEATS and _deposed(connection, *beat):
            logger.warning("the relay's leader was silent, and is deposed")
        else:
            gevent.sleep(LOOK_EVERY)


def _deposed(connection: Connection, pid: int | None, at: datetime | None) -> bool:
    return bool(connection.execute(DEPOSE, {"key": LOCK, "pid": pid, "at": at}).all())


@contextmanager
def _own_connection() -> Iterator[tuple[Connection, driver.Connection]]:
    """Give a connection to PostgreSQL itself. At the end it is always closed, so that PostgreSQL releases its lock.

    After an interrupted statement, SQLAlchemy alone would only drop the detached connection, and leave it open.
    """
    with ExitStack() as stack:
        connection = direct.engine().connect()
        raw = driver.of(connection)
        stack.callback(raw.close)
        stack.enter_context(connection)
        connection.detach()
        direct.refuse_pooled(connection)
        yield connection, raw


def seconds_since_beat() -> float | None:
    """Return the age of the leader's heartbeat in seconds; None if no process has led yet."""
    seconds = db.fetch_value(SECONDS_SINCE_BEAT)
    return None if seconds is None else float(seconds)

"""Which process leads the relay: the one that holds an advisory lock, for as long as its connection lives.

The leader shows on that connection that it lives, from a greenlet of its own; the others look, and depose one that
shows nothing. That takes less than two seconds, and a leader that gets little of a processor keeps its lead.
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

from metaia.core.db import driver
from metaia.extensions import db as database

LOCK = 0x4D455441  # "META"
BEAT_EVERY = 0.25  # seconds
LOOK_EVERY = 0.2  # how often the others look, and try to lead
# Looks in a row that see the same beat: then the leader is frozen. Counted, because who looks may have stood still
# itself. It comes to 1.4 seconds of silence at least, and 1.7 at most.
SAME = 7

logger = structlog.get_logger(__name__)

BEAT = "UPDATE relay_beat SET at = clock_timestamp() WHERE pid = pg_backend_pid()"
LOOK = text(
    """
    WITH tried AS (SELECT pg_try_advisory_lock(:key) AS leads), begun AS (
        INSERT INTO relay_beat (single, pid, at)
        SELECT true, pg_backend_pid(), clock_timestamp() FROM tried WHERE leads -- a leader without a beat never was
        ON CONFLICT (single) DO UPDATE SET pid = excluded.pid, at = excluded.at
    )
    SELECT leads, beat.pid, beat.at FROM tried LEFT JOIN relay_beat AS beat ON true
    """
)
DEPOSE = text(
    """
    SELECT pg_terminate_backend(beat.pid, 1000) -- and wait for its end, a second at most
    FROM relay_beat AS beat JOIN pg_stat_activity AS leader USING (pid)
    WHERE beat.pid = :pid AND beat.at = :at
      AND leader.wait_event_type = 'Client' -- else PostgreSQL is what is slow, and the next leader would fare no better
      AND EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = :key AND pid = beat.pid)
    """
)


@contextmanager
def lead() -> Iterator[tuple[Connection, BoundedSemaphore]]:
    """Wait until this process leads; give the leader's connection, and what must be held while it is used."""
    with _own_connection() as (connection, raw):
        _await_lead(connection)
        turn = BoundedSemaphore()
        beating = gevent.spawn(_beat, raw, turn)
        try:
            yield connection, turn
        finally:
            beating.kill()


def _beat(connection: driver.Connection, turn: BoundedSemaphore) -> None:
    """Show that this leader lives, whatever it waits for but the connection itself."""
    with suppress(psycopg.Error):  # who moves notices it as well
        while True:
            gevent.sleep(BEAT_EVERY)
            with turn:
                connection.execute(BEAT)


def _await_lead(connection: Connection) -> None:
    """Return when this process leads; a leader that is frozen is deposed on the way."""
    seen, same = None, 0
    while True:
        leads, *beat = connection.execute(LOOK, {"key": LOCK}).one()
        if leads:
            return
        same = same + 1 if beat == seen else 0
        seen = beat
        if same >= SAME and _deposed(connection, *beat):
            logger.warning("the relay's leader was silent, and is deposed")
        else:
            gevent.sleep(LOOK_EVERY)


def _deposed(connection: Connection, pid: int | None, at: datetime | None) -> bool:
    return bool(connection.execute(DEPOSE, {"key": LOCK, "pid": pid, "at": at}).all())


@contextmanager
def _own_connection() -> Iterator[tuple[Connection, driver.Connection]]:
    """Give a connection outside of the pool. Whatever ends it, it is closed, and PostgreSQL takes its lock back.

    SQLAlchemy only forgets a detached connection on which something was interrupted.
    """
    with ExitStack() as stack:
        connection = database.engine.connect()
        raw = driver.of(connection)
        stack.callback(raw.close)
        stack.enter_context(connection)
        connection.detach()
        yield connection, raw

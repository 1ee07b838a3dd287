"""A second connection pool, for statements in autocommit; SQLAlchemy's pool is for transactions.

Borrowing costs one semaphore and one list operation, and lasts for one round trip: see docs/adr/0011.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import psycopg
from flask import Flask, current_app
from gevent.lock import BoundedSemaphore
from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metaia.core.db import driver, waiting
from metaia.core.db.driver import Connection

EXTENSION = "metaia.autocommit_pool"
WAIT_SECONDS = 5
T = TypeVar("T")


class AutocommitPool:
    """At most `size` connections, last in, first out."""

    def __init__(self, engine: Engine, size: int) -> None:
        self._engine = engine
        self._idle: list[Connection] = []
        self.size = size
        self._semaphore = BoundedSemaphore(size)

    def run(self, call: Callable[[Connection], T]) -> T:
        """Return `call(connection)`. Raises SQLAlchemy's errors, and PoolTimeout if none is free in WAIT_SECONDS."""
        begun = time.perf_counter()
        if not self._semaphore.acquire(timeout=WAIT_SECONDS):
            raise PoolTimeout(f"no connection became free within {WAIT_SECONDS} seconds")
        waiting.observe(time.perf_counter() - begun)
        try:
            connection = self._idle.pop() if self._idle else self._open()
            try:
                answer = call(connection)
            except psycopg.Error as error:
                self._after_failure(connection)
                raise driver.translated(error, broken=connection.closed) from error
            except BaseException:
                connection.close()  # interrupted: the next user must not get a late result
                raise
            self._idle.append(connection)
            return answer
        finally:
            self._semaphore.release()

    @property
    def busy(self) -> int:
        """Return the number of connections that are lent out now."""
        return self.size - int(self._semaphore.counter)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    def _after_failure(self, connection: Connection) -> None:
        if not connection.closed:
            connection.rollback()  # closes a connection with a pending result
        if connection.closed:
            self.close()  # the server closed it, and probably the others too
        else:
            self._idle.append(connection)

    def _open(self) -> Connection:
        """Return a new connection, detached from SQLAlchemy's pool."""
        try:
            borrowed = self._engine.raw_connection()
        except psycopg.Error as error:
            raise driver.translated(error, broken=True) from error
        connection: Connection = borrowed.driver_connection  # type: ignore[assignment]
        borrowed.detach()
        return connection


def init_app(app: Flask, engine: Engine) -> None:
    """Create the pool of `app`."""
    app.extensions[EXTENSION] = AutocommitPool(engine, app.config["AUTOCOMMIT_POOL_SIZE"])


def current() -> AutocommitPool:
    """Return the pool of the current application."""
    pool: AutocommitPool = current_app.extensions[EXTENSION]
    return pool

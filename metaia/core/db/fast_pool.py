"""Connections for statements that are a transaction of their own, beside SQLAlchemy's pool.

To borrow one takes a semaphore and a list, and each is used for one round trip only: see docs/adr/0011.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import psycopg
from flask import Flask, current_app
from gevent.lock import BoundedSemaphore
from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metaia.core.db import driver
from metaia.core.db.driver import Connection

EXTENSION = "metaia.autocommit_pool"
WAIT_SECONDS = 5
T = TypeVar("T")


class AutocommitPool:
    """At most `size` connections; the one used last is used next."""

    def __init__(self, engine: Engine, size: int) -> None:
        self._engine = engine
        self._idle: list[Connection] = []
        self._semaphore = BoundedSemaphore(size)

    def run(self, call: Callable[[Connection], T]) -> T:
        """Return what `call` does with a connection. Raises SQLAlchemy's errors; PoolTimeout when none becomes free."""
        if not self._semaphore.acquire(timeout=WAIT_SECONDS):
            raise PoolTimeout(f"no connection has become free in {WAIT_SECONDS} seconds")
        try:
            connection = self._idle.pop() if self._idle else self._open()
            try:
                answer = call(connection)
            except psycopg.Error as error:
                self._after_failure(connection)
                raise driver.translated(error, broken=connection.closed) from error
            except BaseException:
                connection.close()  # interrupted: an answer may be on its way, and nobody else must get it
                raise
            self._idle.append(connection)
            return answer
        finally:
            self._semaphore.release()

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            self._idle.pop().close()

    def _after_failure(self, connection: Connection) -> None:
        if not connection.closed:
            connection.rollback()  # which closes one that still waits for an answer
        if connection.closed:
            self.close()  # the server has gone, and taken the others with it
        else:
            self._idle.append(connection)

    def _open(self) -> Connection:
        """Return a new connection, that the pool does not count among its own."""
        try:
            borrowed = self._engine.raw_connection()
        except psycopg.Error as error:
            raise driver.translated(error, broken=True) from error
        connection: Connection = borrowed.driver_connection  # type: ignore[assignment]
        borrowed.detach()
        return connection


def init_app(app: Flask, engine: Engine) -> None:
    """Let `app` have its own."""
    app.extensions[EXTENSION] = AutocommitPool(engine, app.config["AUTOCOMMIT_POOL_SIZE"])


def current() -> AutocommitPool:
    """Return those of the current application."""
    pool: AutocommitPool = current_app.extensions[EXTENSION]
    return pool

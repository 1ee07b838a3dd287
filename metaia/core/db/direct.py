"""Connections that bypass a pooler, for what belongs to one session of PostgreSQL: the relay's lock, and migrations."""

from __future__ import annotations

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from metaia.core import json
from metaia.core.db import driver, gevent_wait

EXTENSION = "metaia.direct_engine"


class Pooled(Exception):
    """The connection goes through a pooler, so that its session may be another one at each statement."""

    def __str__(self) -> str:
        return "this connection goes through a pooler: set DATABASE_DIRECT_URL to the address of PostgreSQL itself"


def init_app(app: Flask) -> None:
    """Create the engine of `app`."""
    engine = create_engine(
        app.config["DATABASE_DIRECT_URL"] or app.config["DATABASE_URL"],
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        json_serializer=json.dumps,
        json_deserializer=json.loads,
    )
    gevent_wait.use_hub(engine)
    driver.configure(engine)
    app.extensions[EXTENSION] = engine


def engine() -> Engine:
    """Return the engine of the current application."""
    found: Engine = current_app.extensions[EXTENSION]
    return found


def refuse_pooled(connection: Connection) -> None:
    """Raise Pooled if the process that serves the session is not the one that accepted the connection.

    A pooler accepts the connection itself, and sends a number of its own for the process.
    """
    raw = driver.of(connection)
    row = raw.execute("SELECT pg_backend_pid()").fetchone()
    if row is None or row[0] != raw.info.backend_pid:
        raise Pooled

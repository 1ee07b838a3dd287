"""The driver under SQLAlchemy, for the hot road: what runs there skips SQLAlchemy's work for each execution.

Connections are in autocommit: a read is one round trip, and a transaction says BEGIN and COMMIT itself (core/db.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import psycopg
from psycopg.types.string import TextLoader
from sqlalchemy import Connection, Engine, Select, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

Raw = psycopg.Connection[Any]
_DIALECT = PGDialect_psycopg(paramstyle="pyformat")  # type: ignore[no-untyped-call]


class Prepared:
    """A SELECT that is compiled once. Its columns must be of types which psycopg reads as they are wanted."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement

    @cached_property
    def text(self) -> str:
        """The statement in the driver's own terms."""
        return str(self._statement.compile(dialect=_DIALECT))


def of(connection: Connection) -> Raw:
    """Return the driver's connection under SQLAlchemy's."""
    raw: Any = connection.connection.driver_connection
    return raw  # type: ignore[no-any-return]


@contextmanager
def errors(connection: Connection) -> Iterator[None]:
    """Raise the driver's errors as SQLAlchemy's, and give up a connection that is broken."""
    try:
        yield
    except psycopg.Error as error:
        broken = of(connection).closed
        if broken:
            connection.invalidate(error)
        instance: BaseException = DBAPIError.instance(
            None, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=broken
        )
        raise instance from error


def read_as_wanted(engine: Engine) -> None:
    """Make connections of `engine` read ids as text, which is what they are to us."""

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.adapters.register_loader("uuid", TextLoader)

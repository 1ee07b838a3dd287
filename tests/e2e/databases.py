"""Separate databases in the PostgreSQL server of the other tests."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import flask_migrate
import psycopg
from flask import Flask
from flask_migrate import Migrate
from psycopg import sql

from metaia.app import DOMAINS
from metaia.extensions import db

MIGRATIONS = Path(__file__).parents[2] / "migrations"


@contextlib.contextmanager
def database(server_url: str, template: str = "template1") -> Iterator[str]:
    """Give the URL of a new database in the PostgreSQL server of `server_url`, and drop it at the end.

    It is empty, or a copy of `template`.
    """
    name = f"own_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        _create(connection, name, template)
        try:
            yield _url(server_url, name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@cache
def migrated(server_url: str) -> str:
    """Return the name of a database with all tables and no rows of users, for copies: each migration takes a while."""
    name = f"migrated_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        _create(connection, name, "template1")
    with migrating(_url(server_url, name)):
        flask_migrate.upgrade()
    return name


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    given = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
    connection.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**given))


def _url(server_url: str, name: str) -> str:
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


@contextlib.contextmanager
def migrating(url: str) -> Iterator[None]:
    """Enter the context of a bare application on the database `url`, as flask_migrate's functions need it.

    Not `create_app()`: that would bind the one Socket.IO server of this process to another application.
    """
    for name in DOMAINS:
        import_module(f"metaia.{name}.routes")  # which imports its tables
    app = Flask("migrations")
    app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql+psycopg" + url.removeprefix("postgresql")
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), compare_type=True, render_as_batch=False)
    with app.app_context():
        try:
            yield
        finally:
            db.engine.dispose()

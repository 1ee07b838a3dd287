"""Separate databases in the PostgreSQL server of the other tests."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from flask import Flask
from flask_migrate import Migrate
from psycopg import sql

from metaia.app import DOMAINS
from metaia.extensions import db

MIGRATIONS = Path(__file__).parents[2] / "migrations"


@contextlib.contextmanager
def database(server_url: str) -> Iterator[str]:
    """Give the URL of an empty database in the PostgreSQL server of `server_url`, and drop it at the end."""
    name = f"own_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


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

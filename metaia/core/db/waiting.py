"""How long requests wait for a connection of one of the two pools."""

from __future__ import annotations

import time

from sqlalchemy import Connection

from metaia.core.observing import timings
from metaia.extensions import db

observe = timings.of(timings.DATABASE).observe


def connected() -> Connection:
    """Return a connection of SQLAlchemy's pool, to be used in a `with`; its wait is observed."""
    begun = time.perf_counter()
    connection = db.engine.connect()
    observe(time.perf_counter() - begun)
    return connection

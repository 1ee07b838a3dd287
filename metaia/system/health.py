"""Whether this process can do its work: it asks PostgreSQL, Redis and the relay, really."""

from __future__ import annotations

from typing import Any

import gevent
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from metaia.core import db
from metaia.core.outbox import Outbox
from metaia.core.redis import connect
from metaia.core.times import now
from metaia.realtime import runtime
from metaia.realtime.log import store as log_store

BEHIND = 10.0  # seconds an event may wait in the outbox before the relay counts as stuck


def checks() -> dict[str, str]:
    """Return `{part: "ok" or what is wrong}`; takes two seconds at most."""
    return {"postgresql": _within(_postgresql), "redis": _within(_redis), "relay": _within(_relay)}


def _within(check: Any) -> str:
    try:
        with gevent.Timeout(2):
            problem: str | None = check()
            return problem or "ok"
    except (gevent.Timeout, SQLAlchemyError, OSError, LookupError) as error:
        return type(error).__name__
    except Exception as error:  # noqa: BLE001 - a health check reports, whatever it is
        return type(error).__name__


def _postgresql() -> None:
    db.fetch_value(select(1))


def _redis() -> None:
    with connect(current_app.config["REDIS_URL"]) as redis:
        redis.ping()


def _relay() -> str | None:
    oldest = db.fetch_value(
        select(Outbox.created_at).where(Outbox.kind == "event").order_by(Outbox.id).limit(1)
    )
    if oldest is not None and (waited := (now() - oldest).total_seconds()) > BEHIND:
        return f"an event has waited {waited:.0f} s"
    behind = log_store.head().position - runtime.current().feed.head.position
    return f"this process is {behind} events behind" if behind > log_store.PAGE else None

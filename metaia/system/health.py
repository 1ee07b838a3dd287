"""Health of this process: queries to PostgreSQL and Redis, and the lag of the relay."""

from __future__ import annotations

from typing import Any

import gevent
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from metaia.core import db
from metaia.core.http.edge import gate
from metaia.core.outbox import Outbox
from metaia.core.redis import CLUSTER, connect
from metaia.core.times import now
from metaia.realtime import runtime
from metaia.realtime.log import store as log_store

MAX_RELAY_LAG = 10.0  # seconds in the outbox after which the relay counts as stuck


def checks() -> dict[str, str]:
    """Return `{part: "ok" or the problem}`. Each check takes at most two seconds."""
    return {
        "postgresql": _within(_postgresql),
        "redis": _within(_redis),
        "relay": _within(_relay),
        "process": gate.of(current_app).problem or "ok",
        "release": runtime.current().release.problem or "ok",
    }


def _within(check: Any) -> str:
    try:
        with gevent.Timeout(2):
            problem: str | None = check()
            return problem or "ok"
    except (gevent.Timeout, SQLAlchemyError, OSError, LookupError) as error:
        return type(error).__name__
    except Exception as error:  # noqa: BLE001 - a health check reports each error
        return type(error).__name__


def _postgresql() -> None:
    db.fetch_value(select(1))


def _redis() -> str | None:
    with connect(current_app.config["REDIS_URL"]) as redis:
        return f"REDIS_URL {CLUSTER}" if redis.info("cluster").get("cluster_enabled") else None


def _relay() -> str | None:
    if problem := runtime.current().relay.problem:
        return problem
    oldest = db.fetch_value(
        select(Outbox.created_at).where(Outbox.kind == "event").order_by(Outbox.id).limit(1)
    )
    if oldest is not None and (lag := (now() - oldest).total_seconds()) > MAX_RELAY_LAG:
        return f"an event has waited {lag:.0f} s"
    behind = log_store.head().position - runtime.current().feed.head.position
    return f"this process is {behind} events behind" if behind > log_store.PAGE else None

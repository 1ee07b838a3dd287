"""Reads of the state of PostgreSQL, Redis and the queues. None of them counts the rows of a large table."""

from __future__ import annotations

from typing import Any

from redis import Redis
from sqlalchemy import func, select, text

from metaia.console.queues import queries as queue_queries
from metaia.core import db
from metaia.core.json import Json
from metaia.core.outbox import Outbox
from metaia.core.times import now
from metaia.realtime.log import store as log_store

MOST_COUNTED = 10_000  # rows of the outbox
MOST_TABLES = 15
_LOG_BYTES = text(
    "SELECT COALESCE(sum(pg_total_relation_size(inhrelid)), 0) FROM pg_inherits"
    " WHERE inhparent IN ('event_log'::regclass, 'event_audience'::regclass)"
)
_DATABASE = text(
    """
    SELECT pg_database_size(current_database()) AS size,
        (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,
        current_setting('max_connections')::integer AS most_connections,
        (SELECT extract(epoch FROM max(now() - xact_start)) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()) AS longest,
        (SELECT extract(epoch FROM max(COALESCE(replay_lag, interval '0'))) FROM pg_stat_replication) AS lag
    """
)
_ESTIMATES = text(
    "SELECT relname AS name, reltuples::bigint AS rows FROM pg_class WHERE relkind IN ('r', 'p')"
    " AND NOT relispartition AND relnamespace = current_schema()::regnamespace AND reltuples > 0"
    " ORDER BY reltuples DESC, relname LIMIT :most"
)


def outbox() -> Json:
    """Return the numbers of events and jobs that wait in the outbox, and the age of the oldest row."""
    rows = select(Outbox.kind, Outbox.created_at).order_by(Outbox.id).limit(MOST_COUNTED).subquery()
    is_event = rows.c.kind == "event"
    counted = select(
        func.count().filter(is_event), func.count().filter(~is_event), func.min(rows.c.created_at)
    )
    row = db.fetch_one(counted.select_from(rows))
    events, jobs, oldest = row if row is not None else (0, 0, None)
    age = None if oldest is None else round((now() - oldest).total_seconds(), 3)
    return {"events": events, "jobs": jobs, "oldestSeconds": age}


def log(events_per_second: float | None) -> Json:
    """Return the position and the size of the log."""
    days = len(log_store.days())
    return {
        "position": log_store.head().position,
        "days": days,
        "bytesPerDay": int(db.fetch_value(_LOG_BYTES)) // max(1, days),
        "eventsPerSecond": events_per_second,
    }


def database() -> Json:
    """Return the size and the activity of the database, and estimated numbers of rows."""
    row: Any = db.fetch_one(_DATABASE)
    estimates = db.fetch_all(_ESTIMATES, {"most": MOST_TABLES})
    return {
        "size": row.size,
        "connections": row.connections,
        "mostConnections": row.most_connections,
        "longestTransactionSeconds": _rounded(row.longest),
        "replicationLagSeconds": _rounded(row.lag),
        "rowEstimates": [{"table": each.name, "rows": each.rows} for each in estimates],
    }


def redis_state(redis: Redis) -> Json:
    """Return the memory and the clients of Redis. Raises RedisError."""
    found: Any = redis.info()
    return {"memory": found["used_memory"], "clients": found["connected_clients"]}


def queues() -> list[Json]:
    """Return the queues with their waiting and failed jobs. Raises RedisError."""
    return [
        {
            "name": each.name,
            "waiting": each.counts["queued"],
            "failed": each.counts["failed"],
            "oldestSeconds": _oldest(each.name) if each.counts["queued"] else None,
        }
        for each in queue_queries.overviews()
    ]


def _oldest(queue_name: str) -> float | None:
    jobs, _ = queue_queries.jobs(queue_name, state="queued", limit=1, cursor=None)
    at = jobs[0].enqueued_at or jobs[0].created_at if jobs else None
    return None if at is None else round((now() - at).total_seconds(), 3)


def _rounded(seconds: Any) -> float | None:
    return None if seconds is None else round(float(seconds), 3)

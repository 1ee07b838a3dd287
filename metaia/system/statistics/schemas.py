"""The answer of the statistics. Sizes are in bytes."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from metaia.core.http.fields import Schema
from metaia.core.http.views import envelope


def _number(description: str = "") -> fields.Integer:
    return fields.Integer(required=True, metadata={"description": description} if description else {})


def _seconds(description: str) -> fields.Float:
    return fields.Float(required=True, allow_none=True, metadata={"description": description})


def _counts() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ConnectionsOut(Schema):
    """Open connections of all web processes, by kind and by the role of their users."""

    by_kind = _counts()
    by_role = _counts()


class QueueStateOut(Schema):
    name = fields.String(required=True)
    waiting = _number()
    failed = _number()
    oldest_seconds = _seconds("age of the first waiting job; null without any")


class OutboxOut(Schema):
    """Rows that are committed and not relayed. Counting ends at 10,000."""

    events = _number()
    jobs = _number()
    oldest_seconds = _seconds("age of the oldest row; null without any")


class LogOut(Schema):
    position = _number("of the newest event")
    days = _number("that are kept")
    bytes_per_day = _number("of the kept days, on average")
    events_per_second = _seconds("over the last minute; null just after a start")


class RowEstimateOut(Schema):
    """An estimate of PostgreSQL's statistics (`reltuples`): nothing is counted."""

    table = fields.String(required=True)
    rows = _number()


class DatabaseStateOut(Schema):
    size = _number()
    connections = _number("of all processes to this database")
    most_connections = _number("that the server allows")
    longest_transaction_seconds = _seconds("of the oldest open transaction; null without any")
    replication_lag_seconds = _seconds("of the slowest replica; null without a replica")
    row_estimates = fields.List(fields.Nested(RowEstimateOut), required=True)


class RedisStateOut(Schema):
    memory = _number()
    clients = _number()


class StorageStateOut(Schema):
    store = fields.String(required=True)
    bytes = _number("of all files, as charged to their owners")
    files = _number()


class ProcessOut(Schema):
    name = fields.String(required=True)
    leading = fields.Boolean(required=True)
    events_behind = _number("positions of the log that it has not delivered yet")
    connections = _number()
    rooms = _number()
    exceptions = _number("counted since its start")
    exceptions_dropped = _number("not counted, because there were too many fingerprints")


def _part(schema: type[Schema]) -> fields.Nested:
    return fields.Nested(schema, required=True, allow_none=True)


_parts: dict[str, Any] = {
    "as_of": fields.AwareDateTime(required=True),
    "unavailable": fields.List(
        fields.String(), required=True, metadata={"description": "parts that did not answer; they are null"}
    ),
    "connections": fields.Nested(ConnectionsOut, required=True),
    "rooms": _number(),
    "online": fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        allow_none=True,
        metadata={"description": "connected users by role"},
    ),
    "queues": fields.List(fields.Nested(QueueStateOut), required=True, allow_none=True),
    "outbox": _part(OutboxOut),
    "log": _part(LogOut),
    "database": _part(DatabaseStateOut),
    "redis": _part(RedisStateOut),
    "storage": _part(StorageStateOut),
    "processes": fields.List(fields.Nested(ProcessOut), required=True),
}
SystemStats = envelope(
    "SystemStats", stats=fields.Nested(Schema.from_dict(_parts, name="StatsOut"), required=True)
)

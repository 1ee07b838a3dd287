"""The answer of the statistics. Counters are since the start of a process, and their keys are few."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from metaia.core.http.fields import Schema
from metaia.core.http.views import envelope


def _counts() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class Durations(Schema):
    """Numbers of durations per bucket, and the sum of all in seconds; the last bucket has no upper bound."""

    buckets = fields.List(fields.Integer(), required=True)
    sum = fields.Float(required=True)


class Counted(Schema):
    connections = _counts()
    roles = _counts()
    rooms = fields.Integer(required=True)
    written = _counts()
    replay = _counts()
    ended = _counts()
    moved = _counts()
    acknowledgements = _counts()
    webhooks = _counts()
    exceptions = _counts()
    pool = _counts()


class ProcessStatistics(Counted):
    """One process. `head` is the position up to which it has delivered, `at` when it reported (Unix time)."""

    head = fields.Integer(required=True)
    leading = fields.Boolean(required=True)
    emitted = fields.Nested(Durations, required=True)
    acknowledged = fields.Nested(Durations, required=True)
    hub_lag = fields.Nested(Durations)
    at = fields.Float()


class Lag(Schema):
    relay_seconds = fields.Float(required=True)
    feed_events = _counts()


class RelayState(Schema):
    """The leading process, the age of its heartbeat, and the last position of the log."""

    process = fields.String(required=True, allow_none=True)
    beat_seconds = fields.Float(required=True, allow_none=True)
    position = fields.Integer(required=True)


_parts: dict[str, Any] = {
    "total": fields.Nested(Counted, required=True),
    "processes": fields.Dict(keys=fields.String(), values=fields.Nested(ProcessStatistics), required=True),
    "lag": fields.Nested(Lag, required=True),
    "relay": fields.Nested(RelayState, required=True),
}
Stats = envelope("WebsocketStats", **_parts)

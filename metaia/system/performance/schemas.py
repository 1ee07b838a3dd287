"""Query and answer of the performance. All durations are in seconds."""

from __future__ import annotations

from datetime import timedelta

from marshmallow import fields, validate

from metaia.core.http.fields import Schema
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope

WINDOWS = {"5m": timedelta(minutes=5), "1h": timedelta(hours=1), "24h": timedelta(hours=24)}


def _seconds() -> fields.Float:
    return fields.Float(required=True, allow_none=True, metadata={"description": "seconds; null without any"})


class WindowQuery(Filters):
    window = fields.String(load_default="1h", validate=validate.OneOf(list(WINDOWS)))


class RouteOut(Schema):
    """Requests of one template. `errorRate` is the share of answers from 500 on."""

    method = fields.String(required=True)
    route = fields.String(required=True)
    count = fields.Integer(required=True)
    error_rate = fields.Float(required=True)
    p50 = _seconds()
    p95 = _seconds()
    p99 = _seconds()


class PoolOut(Schema):
    """Connections to PostgreSQL of all web processes, now."""

    size = fields.Integer(required=True)
    busy = fields.Integer(required=True)


class DatabaseOut(Schema):
    """Waits for a connection of a pool."""

    wait_p50 = _seconds()
    wait_p95 = _seconds()
    pool = fields.Nested(PoolOut, required=True)


class HubLagOut(Schema):
    """How much later than due event loops ran greenlets."""

    p50 = _seconds()
    p99 = _seconds()
    worst = _seconds()


class DeliveryTimesOut(Schema):
    """From recording an event to its emit, and to the acknowledgement of a client."""

    emit_p50 = _seconds()
    emit_p99 = _seconds()
    acknowledged_p99 = _seconds()


class QueueTimesOut(Schema):
    queue = fields.String(required=True)
    wait_p95 = _seconds()
    run_p95 = _seconds()
    per_minute = fields.Float(required=True)
    failed = fields.Integer(required=True)


class ProviderOut(Schema):
    """Calls of a vendor; `errors` had no answer, or one of a vendor that was busy or failed."""

    name = fields.String(required=True)
    calls = fields.Integer(required=True)
    errors = fields.Integer(required=True)
    p95 = _seconds()
    breaker = fields.String(required=True, validate=validate.OneOf(["open", "closed"]))


class PerformanceOut(Schema):
    """`asOf` is the latest minute that a process has reported; null if none has."""

    window = fields.String(required=True, validate=validate.OneOf(list(WINDOWS)))
    since = fields.AwareDateTime(required=True)
    as_of = fields.AwareDateTime(required=True, allow_none=True)
    routes = fields.List(fields.Nested(RouteOut), required=True)
    database = fields.Nested(DatabaseOut, required=True)
    hub_lag = fields.Nested(HubLagOut, required=True)
    events = fields.Nested(DeliveryTimesOut, required=True)
    jobs = fields.List(fields.Nested(QueueTimesOut), required=True)
    providers = fields.List(fields.Nested(ProviderOut), required=True)


Performance = envelope("Performance", performance=fields.Nested(PerformanceOut, required=True))

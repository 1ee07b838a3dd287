"""Endpoints as JSON."""

from __future__ import annotations

from datetime import datetime

from metaia.core.db import AnyRow
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.webhook_endpoints.queries import Endpoint
from metaia.webhook_endpoints.schemas import WebhookEndpointOut


def _previous(this: Endpoint) -> str | None:
    """Return until when the previous secret signs too, None once it does not."""
    until = this.previous_until
    return rfc3339(until) if until is not None and until > now() else None


endpoint = presenter(WebhookEndpointOut, computed={"previous_until": _previous})


def conflict(this: Endpoint) -> Json:
    """Return the current state of an endpoint, for a 409."""
    return {"version": this.version, "state": this.state}


def audited(this: Endpoint) -> Json:
    """Return what the audit log has of an endpoint."""
    return {"url": this.url, "events": this.events, "state": this.state, "ordering": this.ordering}


def stats(this: Endpoint, speed: AnyRow, queue: int, oldest: datetime | None) -> Json:
    """Return the figures of an endpoint."""
    return {
        "calls": speed.attempts,
        "successRate": round(speed.succeeded / speed.attempts, 4) if speed.attempts else None,
        "p50": speed.p50,
        "p95": speed.p95,
        "queue": queue,
        "oldest": rfc3339(oldest),
        "failingSince": rfc3339(this.failing_since),
    }

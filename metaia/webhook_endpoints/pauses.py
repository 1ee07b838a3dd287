"""Stopping and resuming endpoints. What an endpoint has missed is named by the message `endpoint.gap`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update

from metaia.core import db, rooms
from metaia.core.audit import log as audit_log
from metaia.core.ids import new_id
from metaia.core.times import now, rfc3339
from metaia.jobs import registry as job_registry
from metaia.notifications import service as notification_service
from metaia.realtime.log import store as log_store
from metaia.webhook_endpoints import queries
from metaia.webhook_endpoints.models import EndpointRow, MessageRow
from metaia.webhook_endpoints.notifications import DISABLED as DISABLED_NOTICE
from metaia.webhook_endpoints.queries import Endpoint
from metaia.webhook_endpoints.state import ACTIVE, CANCELLED, DISABLED, PENDING, UNVERIFIED

GAP = "endpoint.gap"
UNCHECKED = "unverified"  # the reason of a gap after the address was changed


def pause(endpoint_id: str, reason: str) -> bool:
    """Disable an endpoint in the running transaction, and notify its owner. Return False if it was disabled."""
    this = queries.get(endpoint_id, for_update=True)
    if this is None or this.state == DISABLED:
        return False
    stop(this, DISABLED, reason)
    record("disabled", endpoint_id, after={"reason": reason})
    data = {"endpointId": endpoint_id, "host": this.host, "reason": reason}
    notification_service.notify(this.owner_id, DISABLED_NOTICE, data, subject=subject_of(endpoint_id))
    return True


def add_gap(endpoint_id: str, begin: datetime, end: datetime, reason: str, position: int) -> None:
    """Add the message `endpoint.gap` in the running transaction: events of this time were not sent."""
    db.append(
        MessageRow, id=new_id(), endpoint_id=endpoint_id, event_id=new_id(), position=position, type=GAP,
        payload={"from": rfc3339(begin), "to": rfc3339(end), "reason": reason}, state=PENDING, tries=0,
        due_at=end, created_at=end,
    )  # fmt: skip


def stop(this: Endpoint, state: str, reason: str) -> None:
    """Stop collecting events, and cancel what waits: the gap that is sent later covers it."""
    oldest = queries.oldest_pending(this.id)
    began = this.paused_at or (now() if this.state == ACTIVE else None)
    since = min(filter(None, (oldest, began)), default=None)
    values = {"state": state, "paused_at": since, "paused_because": reason}
    db.execute(changed(this, failing_since=None, noticed_at=None, **values))
    waiting = (MessageRow.endpoint_id == this.id, MessageRow.state == PENDING)
    ended = {"state": CANCELLED, "done_at": now(), "error": f"endpoint_{state}", "leased_until": None}
    db.execute(update(MessageRow).where(*waiting).values(**ended))


def resume(this: Endpoint) -> None:
    """Activate a disabled endpoint, or let its address be verified first."""
    if this.verified_at is None:
        db.execute(changed(this, state=UNVERIFIED))
    else:
        activate(this)


def activate(this: Endpoint) -> None:
    """Collect events from now on; the first message states what was missed."""
    head, moment = log_store.head(), now()
    if this.paused_at is not None:
        add_gap(this.id, this.paused_at, moment, this.paused_because or UNCHECKED, head.position)
        job_registry.wake_on_commit()
    paused = {"paused_at": None, "paused_because": None}
    db.execute(changed(this, state=ACTIVE, since=head.position, **paused))


def changed(this: Endpoint, **values: Any) -> Any:
    """Return the statement that changes an endpoint."""
    every = values | {"version": EndpointRow.version + 1, "updated_at": now()}
    return update(EndpointRow).where(EndpointRow.id == this.id).values(**every)


def subject_of(endpoint_id: str) -> str:
    """Return the subject of audit entries and notifications about an endpoint."""
    return rooms.subject("webhook-endpoint", endpoint_id)


def record(action: str, endpoint_id: str, **change: Any) -> None:
    """Add an entry to the audit log."""
    audit_log.record(f"webhook_endpoint.{action}", subject=subject_of(endpoint_id), **change)

"""Endpoints: creating, changing, pausing and deleting them, and their secrets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.jobs import registry as job_registry
from metaia.webhook_endpoints import addresses, pauses, policy, presenters, queries, sealed
from metaia.webhook_endpoints.event_types import service as event_types
from metaia.webhook_endpoints.models import EndpointRow
from metaia.webhook_endpoints.queries import Endpoint
from metaia.webhook_endpoints.state import BY_OWNER, DISABLED, UNVERIFIED

VERIFY = "metaia.webhook_endpoints.jobs.verify"


def create(actor: Actor, body: Json) -> tuple[Endpoint, str]:
    """Create an endpoint, which is verified by a job; return it and its secret, which is shown only now.

    Raises Conflict for more than MOST_ENDPOINTS, and Invalid for the address or the events.
    """
    address = addresses.checked(body["url"])
    event_types.require_known(body["events"])
    secret, moment, endpoint_id = sealed.new_secret(), now(), new_id()
    values = {
        "id": endpoint_id,
        "owner_id": actor.id,
        "url": body["url"],
        "host": address,
        "description": body["description"],
        "events": body["events"],
        "ordering": body["ordering"],
        "api_version": policy.API_VERSION,
        "state": UNVERIFIED,
        "secret": sealed.encrypt(secret, endpoint_id),
        "since": 0,
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
    }
    with db.transaction():
        if queries.count_of(actor.id) >= policy.MOST_ENDPOINTS:
            raise Conflict(f"At most {policy.MOST_ENDPOINTS} endpoints.", code="too_many_endpoints")
        db.append(EndpointRow, **values)
        db.send_collected()
        pauses.record("created", endpoint_id, after={"url": body["url"], "events": body["events"]})
        job_registry.enqueue(VERIFY, endpoint_id=endpoint_id)
        return own(actor, endpoint_id), secret


def own(actor: Actor, endpoint_id: str, *, for_update: bool = False) -> Endpoint:
    """Return an endpoint of the actor. Raises NotFound, also for those of others."""
    found = queries.get(endpoint_id, for_update=for_update)
    if found is None or found.owner_id != actor.id:
        raise NotFound
    return found


def change(actor: Actor, endpoint_id: str, body: Json, version: versions.Expected) -> Endpoint:
    """Change an endpoint. A new address must be verified; `active` stops and resumes it.

    Raises NotFound, Conflict for a stale version, and Invalid.
    """
    active = body.pop("active", None)
    if "events" in body:
        event_types.require_known(body["events"])
    host = addresses.checked(body["url"]) if "url" in body else None
    with db.transaction():
        before = own(actor, endpoint_id, for_update=True)
        versions.require(version, before.version, "endpoint", lambda: presenters.conflict(before))
        moved = host is not None and body["url"] != before.url
        more: Json = {"host": host, "verified_at": None} if moved else {}
        db.execute(pauses.changed(before, **body, **more))
        if moved and before.state != DISABLED:
            pauses.stop(before, UNVERIFIED, pauses.UNCHECKED)
        current = own(actor, endpoint_id)
        if active is False and before.state != DISABLED:
            pauses.stop(current, DISABLED, BY_OWNER)
        elif active is True and before.state == DISABLED:
            pauses.resume(current)
        after = own(actor, endpoint_id)
        if after.state == UNVERIFIED and (moved or before.state != UNVERIFIED):
            job_registry.enqueue(VERIFY, endpoint_id=endpoint_id)
        pauses.record(
            "changed", endpoint_id, before=presenters.audited(before), after=presenters.audited(after)
        )
        return after


def remove(actor: Actor, endpoint_id: str, version: versions.Expected) -> Endpoint:
    """Delete an endpoint with its messages; return what it was. Raises NotFound and Conflict."""
    with db.transaction():
        before = own(actor, endpoint_id, for_update=True)
        versions.require(version, before.version, "endpoint", lambda: presenters.conflict(before))
        db.execute(delete(EndpointRow).where(EndpointRow.id == endpoint_id))
        pauses.record("deleted", endpoint_id, before=presenters.audited(before))
        return before


def rotate_secret(actor: Actor, endpoint_id: str) -> tuple[str, datetime]:
    """Replace the secret; return the new one, and until when the previous one signs too. Raises NotFound."""
    secret, until = sealed.new_secret(), now() + policy.OVERLAP
    with db.transaction():
        before = own(actor, endpoint_id, for_update=True)
        values = {"secret": sealed.encrypt(secret, endpoint_id), "previous_until": until}
        db.execute(pauses.changed(before, previous_secret=EndpointRow.secret, **values))
        pauses.record("secret_rotated", endpoint_id, after={"previousUntil": rfc3339(until)})
    return secret, until


def verified(endpoint_id: str, url: str) -> None:
    """Activate an endpoint after its address has answered the challenge, unless the address was changed since."""
    with db.transaction():
        this = queries.get(endpoint_id, for_update=True)
        if this is None or this.url != url or this.state != UNVERIFIED:
            return
        db.execute(pauses.changed(this, verified_at=now()))
        pauses.activate(this)
        pauses.record("verified", endpoint_id, after={"url": url})


def erase(user_id: str) -> None:
    """Delete the endpoints of a user with their messages, in the running transaction."""
    db.execute(delete(EndpointRow).where(EndpointRow.owner_id == user_id))

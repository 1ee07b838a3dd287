"""What owners do with the messages of their endpoints: look, send one again, send a time again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.errors import Conflict, Invalid, NotFound
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.jobs import registry as job_registry
from metaia.realtime.log import lookup
from metaia.realtime.log import store as log_store
from metaia.realtime.log.store import Event
from metaia.webhook_endpoints import pauses, policy
from metaia.webhook_endpoints import service as endpoints
from metaia.webhook_endpoints.event_types import service as event_types
from metaia.webhook_endpoints.fanout import service as fanout
from metaia.webhook_endpoints.messages import queries
from metaia.webhook_endpoints.models import MessageRow
from metaia.webhook_endpoints.queries import Endpoint
from metaia.webhook_endpoints.state import ACTIVE, CANCELLED, FAILED, PENDING

MOST_REPLAYED = 10_000  # messages of one replay
SPACING = timedelta(
    seconds=0.05
)  # between the messages of a replay, so that a receiver does not get all at once
AGAIN = {"state": PENDING, "tries": 0, "done_at": None, "error": None, "leased_until": None}


def own(actor: Actor, message_id: str) -> AnyRow:
    """Return a message of one of the actor's endpoints. Raises NotFound."""
    found = queries.get(message_id)
    if found is None:
        raise NotFound
    endpoints.own(actor, found.endpoint_id)
    return found


def retry(actor: Actor, message_id: str) -> AnyRow:
    """Send a message again now, with the same id. Raises NotFound, and Conflict unless the endpoint is active."""
    with db.transaction():
        _require_active(endpoints.own(actor, own(actor, message_id).endpoint_id, for_update=True))
        row = queries.get(message_id, for_update=True)
        if row is None:
            raise NotFound
        if row.leased_until is None or row.leased_until < now():
            db.execute(update(MessageRow).where(MessageRow.id == message_id).values(due_at=now(), **AGAIN))
        job_registry.wake_on_commit()
        pauses.record("message_retried", row.endpoint_id, after={"message": message_id, "type": row.type})
        return own(actor, message_id)


def replay(actor: Actor, endpoint_id: str, body: Json) -> int:
    """Send the events of a time again, as far as the log has them; return how many.

    Raises NotFound, Conflict unless the endpoint is active, and Invalid for more than MOST_REPLAYED.
    """
    begin, end, failed_only = body["from_"], body["to"] or now(), body["failed_only"]
    with db.transaction():
        this = endpoints.own(actor, endpoint_id, for_update=True)
        _require_active(this)
        known = queries.ended(endpoint_id, begin, end, MOST_REPLAYED + 1)
        states = {FAILED, CANCELLED} if failed_only else {FAILED, CANCELLED, "delivered"}
        again = [(row.position, row.id) for row in known if row.state in states]
        new = [] if failed_only else list(_unsent(actor, this, begin, end, {row.event_id for row in known}))
        count = len(again) + len(new)
        if count > MOST_REPLAYED or len(known) > MOST_REPLAYED:
            raise Invalid("Replay a shorter time.", code="replay_too_large", details={"most": MOST_REPLAYED})
        _send_again(
            this, sorted([*again, *((event.position, event) for event in new)], key=lambda each: each[0])
        )
        job_registry.wake_on_commit()
        what = {"from": rfc3339(begin), "to": rfc3339(end), "failedOnly": failed_only, "count": count}
        pauses.record("replayed", endpoint_id, after=what)
    return count


def _send_again(this: Endpoint, ordered: Sequence[tuple[int, Any]]) -> None:
    """Make messages due one after the other, in the order of the log."""
    moment, old, new = now(), [], []
    events = [event for _, event in ordered if isinstance(event, Event)]
    subjects = lookup.subjects({event.position for event in events})
    for number, (position, which) in enumerate(ordered):
        due_at = moment + number * SPACING
        if isinstance(which, Event):
            values = fanout.message(this.id, which, which.audience[0], subjects.get(position), due_at)
            new.append(values)
        else:
            old.append({"row_id": which, "due": due_at})
    if new:
        db.execute(insert(MessageRow).on_conflict_do_nothing(), new)
    if old:
        again = update(MessageRow.__table__).where(MessageRow.id == bindparam("row_id"))  # type: ignore[arg-type]
        db.execute(again.values(due_at=bindparam("due"), **AGAIN), old)


def _unsent(actor: Actor, this: Endpoint, begin: datetime, end: datetime, known: set[str]) -> Iterator[Event]:
    """Yield the events of a time that have no message yet, of the owner's own rooms.

    Those of memberships are left out: what the owner was a member of at that time is not known any more.
    """
    types = policy.chosen(this.events, event_types.names())
    head, first = log_store.head().position, lookup.first_since(begin)
    found = 0
    for room in (rooms.user(actor.id), rooms.role(actor.role)):
        position = head if first is None else first - 1
        while page := log_store.page(position, head, rooms=[room]):
            position = page[-1].position
            for event in page:
                if event.type in types and event.id not in known and _is_within(event, begin, end):
                    known.add(event.id)
                    found += 1
                    yield Event(event.position, event.id, event.type, {}, (room,), event.created_at)
            if found > MOST_REPLAYED or page[-1].created_at > (rfc3339(end + timedelta(days=1)) or ""):
                break


def _is_within(event: Event, begin: datetime, end: datetime) -> bool:
    return begin <= datetime.fromisoformat(event.created_at) < end


def _require_active(this: Endpoint) -> None:
    if this.state != ACTIVE:
        raise Conflict("The endpoint is not active.", code="endpoint_not_active")

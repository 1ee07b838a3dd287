"""Publishing a change of a booking: one event for live screens, and what follows it in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from metaia.bookings import presenters, recipients
from metaia.bookings.queries import Booking
from metaia.core.access.actor import Actor
from metaia.core.registry import Registry
from metaia.realtime import events


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a booking, which is written; `before` is None for a new one. Without an actor it is the system's."""

    before: Booking | None
    after: Booking
    action: str
    message: str | None = None
    actor: Actor | None = None


# By feature: what follows a change, such as notices and reminders, in the transaction of the change.
FOLLOWERS: Registry[str, Callable[[Change], None]] = Registry("booking_followers")


def changed(change: Change) -> None:
    """Record the event of a change in the running transaction, and let the features follow."""
    after = change.after
    events.record(
        "booking.updated" if change.before else "booking.created",
        presenters.update(change.before, after, change.action, change.message),
        audience=recipients.rooms(after.id, after),
        subject=recipients.room(after.id),
        thread=after.id,
        ref=f"booking:{after.id}:{after.version}",
    )
    for follow in FOLLOWERS.current().values():
        follow(change)

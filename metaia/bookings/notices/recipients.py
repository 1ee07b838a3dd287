"""Which users are notified of an action on a booking, and in which statuses a notification is still true. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from metaia.bookings.state import CUSTOMER, PARTNER

Notice = tuple[str, str]  # side, type of the notification
# By action: the side and its type. A user that has acted is not notified of it.
NOTIFY: dict[str, tuple[Notice, ...]] = {
    "confirm": ((CUSTOMER, "booking_confirmed"),),
    "decline": ((CUSTOMER, "booking_declined"),),
    "move": ((CUSTOMER, "booking_moved"), (PARTNER, "booking_moved")),
    "propose-move": ((CUSTOMER, "booking_move_proposed"), (PARTNER, "booking_move_proposed")),
    "accept-move": ((CUSTOMER, "booking_moved"), (PARTNER, "booking_moved")),
    "decline-move": ((CUSTOMER, "booking_move_declined"), (PARTNER, "booking_move_declined")),
    "rezone": ((CUSTOMER, "booking_moved"), (PARTNER, "booking_moved")),
    "lose": ((CUSTOMER, "booking_lost"),),
    "no-show": ((CUSTOMER, "booking_no_show"),),
}
MADE = frozenset({"book", "pay", "submit"})  # its customer gets a confirmation of what they did
# By the status that an action of MADE leads to.
NEW: dict[str, tuple[Notice, ...]] = {
    "pending": ((PARTNER, "booking_requested"),),
    "confirmed": ((CUSTOMER, "booking_confirmed"), (PARTNER, "booking_confirmed")),
}
_CANCELLED = ((CUSTOMER, "booking_cancelled"), (PARTNER, "booking_cancelled"))
# By action and by the status before it: a partner never knew of a hold.
ENDED: dict[str, dict[str, tuple[Notice, ...]]] = {
    "expire": {
        "held": ((CUSTOMER, "booking_expired"),),
        "pending": ((CUSTOMER, "booking_expired"), (PARTNER, "booking_expired")),
    },
    "cancel": {"held": _CANCELLED[:1], "pending": _CANCELLED, "confirmed": _CANCELLED},
}
COMING = frozenset({"pending", "confirmed"})
# The statuses of a booking in which a message may still leave; others are always true.
TRUE_IN: dict[str, frozenset[str]] = {
    "booking_requested": frozenset({"pending"}),
    "booking_confirmed": frozenset({"confirmed", "checked_in", "completed"}),
    "booking_moved": COMING,
    "booking_move_proposed": COMING,
    "booking_move_declined": COMING,
    "booking_expired": frozenset({"expired"}),
    "booking_offered": frozenset({"held"}),
    "booking_reminder": COMING,
    "booking_no_show": frozenset({"no_show"}),
}
OF_THIS_TIME = frozenset({"booking_confirmed", "booking_moved", "booking_move_declined", "booking_reminder"})


class Described(Protocol):
    """The part of a booking that decides which of its notifications are true."""

    @property
    def status(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def proposed_starts_at(self) -> datetime | None: ...


def listed(
    action: str, before: str | None, after: str, users: dict[str, str | None], by: str | None
) -> Iterator[Notice]:
    """Yield (user id, type) for an action that led from the status `before` to `after`.

    `users` are the ids of both sides, None for a customer without an account. `by` is the id of the user that acted.
    """
    made = action in MADE or (before, action) == ("held", "confirm")  # a customer confirms an offered time
    notices = NOTIFY.get(action, ())
    if made:
        notices = NEW.get(after, ())
    elif action in ENDED:
        notices = ENDED[action].get(before or "", ())
    for side, type_name in notices:
        user_id = users[side]
        if user_id is not None and (user_id != by or (side == CUSTOMER and made)):
            yield user_id, type_name


def still_true(type_name: str, starts_at: datetime, proposed: datetime | None, booking: Described) -> bool:
    """Return whether a message that names these times still describes `booking`."""
    if type_name in TRUE_IN and booking.status not in TRUE_IN[type_name]:
        return False
    if type_name == "booking_move_proposed":
        return proposed == booking.proposed_starts_at
    return type_name not in OF_THIS_TIME or starts_at == booking.starts_at

"""Checks of the limits of one customer, in the transaction that books."""

from __future__ import annotations

from metaia.bookings.limits import queries
from metaia.bookings.limits.queries import Load
from metaia.core.errors import Conflict, TooMany

MOST_OPEN, MOST_WITH_PARTNER = 20, 10  # bookings to come of a customer
MOST_HELD = 2
MOST_MOVES = 5  # of one booking by its customer


def require_room(load: Load) -> None:
    """Raise TooMany (`limit_reached`) if a customer has as many bookings to come as one may have."""
    _require(load.open, MOST_OPEN, "open")
    _require(load.with_partner, MOST_WITH_PARTNER, "openWithPartner")


def require_hold(load: Load) -> None:
    """Raise TooMany (`limit_reached`) if a customer has as many holds as one may have."""
    _require(load.held, MOST_HELD, "held")


def require_day(
    customer_id: str, service_id: str, day: str, most: int | None, *, but: str | None = None
) -> None:
    """Raise TooMany (`limit_reached`) if a customer has `most` bookings of a service on a date, not counting `but`."""
    if most is not None:
        _require(queries.count_of_day(customer_id, service_id, day, but), most, "perDay")


def require_move(moves: int) -> None:
    """Raise TooMany (`limit_reached`) if a customer has moved a booking as often as one may."""
    _require(moves, MOST_MOVES, "moves")


def require_no_seat(customer_id: str | None, block_id: str) -> None:
    """Raise Conflict (`already_booked`) if a customer has a seat of a session."""
    if customer_id is not None and queries.has_seat(customer_id, block_id):
        raise Conflict("You have a seat of this session already.", code="already_booked")


def _require(count: int, most: int, name: str) -> None:
    if count >= most:
        details = {"limit": name, "most": most}
        raise TooMany("A limit of bookings is reached.", code="limit_reached", details=details)

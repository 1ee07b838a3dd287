"""How a booking looks outside: presenters compiled from the schemas, and what is special about bookings."""

from __future__ import annotations

from collections.abc import Sequence

from metaia.bookings import policy
from metaia.bookings.payment.state import Shown
from metaia.bookings.queries import ERASED, Booking
from metaia.bookings.schemas import BookingStepOut, BookingUpdateOut
from metaia.bookings.terms import Cancellation
from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339


class ShownParties:
    """The parties of a booking and the side that has proposed a time, read from its JSON."""

    def __init__(self, booking: Json) -> None:
        self.customer_id: str | None = booking["customerId"]
        self.partner_id: str = booking["partnerId"]
        proposal = booking["proposal"]
        self.proposed_by: str | None = proposal["by"] if proposal else None
        self.awaits_payment = booking["status"] == "held" and booking["payment"]["status"] != "none"


def _service(this: Booking) -> Json:
    price, currency = this.service["price"], this.service["currency"]
    return {
        "name": this.service["name"],
        "durationMinutes": this.service["duration_minutes"],
        "price": to_major(price, currency),
        "currency": currency,
    }


def _payment(this: Booking) -> Json:
    shown = this.payment or Shown("none", 0).as_dict()
    amounts = {name: to_major(shown[name], this.currency) for name in ("due", "paid", "refunded")}
    return {"status": shown["status"], "paymentId": shown["payment_id"], **amounts}


def _proposal(this: Booking) -> Json | None:
    if this.proposed_block_id is None:
        return None
    return {
        "startsAt": rfc3339(this.proposed_starts_at),
        "endsAt": rfc3339(this.proposed_ends_at),
        "calendarId": this.proposed_calendar_id,
        "by": this.proposed_by,
        "message": this.proposal_message,
        "answerBy": rfc3339(this.proposal_answer_by),
    }


def _terms(this: Booking) -> Json:
    return {
        "freeUntil": rfc3339(this.free_until),
        "lockedFrom": rfc3339(this.locked_from),
        "feePercent": this.fee_percent,
    }


# All fields of a booking that are the same for every viewer and may be in events.
common = presenter(
    BookingUpdateOut,
    rename={"deal_id": "id"},
    computed={
        "service": _service,
        "payment": _payment,
        "proposal": _proposal,
        "cancellation": _terms,
        "session_id": lambda this: this.block_id if this.service["capacity"] > 1 else None,
    },
    without=["allowed_actions"],
)
step = presenter(BookingStepOut)


def booking(this: Booking, actor: Actor) -> Json:
    """Return a booking as `BookingOut`, with the actions that `actor` may do next."""
    private = {"customerInfo": ERASED | this.customer_info, "notes": this.notes}
    return with_actions(common(this), policy.allowed(actor, this, this.status)) | private


def with_actions(common_part: Json, actions: Sequence[str]) -> Json:
    """Complete `common()` for one viewer. It may be from the log, and from before a field was in it."""
    return {"dealId": common_part["id"], **common_part, "allowedActions": list(actions)}


def conflict(this: Booking, actor: Actor) -> Json:
    """Return the `details` of a 409: the booking's current state and the actions that are possible."""
    shown = booking(this, actor)
    return {key: shown[key] for key in ("status", "version", "allowedActions")} | {"booking": shown}


def cancellation(this: Booking, cost: Cancellation) -> Json:
    """Return what cancelling costs as `CancellationCostOut`."""
    terms = _terms(this)
    return {
        "allowed": cost.allowed,
        "fee": to_major(cost.fee, this.currency),
        "refund": to_major(cost.refund, this.currency),
        "currency": this.currency,
        "freeUntil": terms["freeUntil"],
        "lockedFrom": terms["lockedFrom"],
    }


def update(before: Booking | None, after: Booking, action: str, message: str | None) -> Json:
    """Return the payload of `booking-status-update`; each viewer's `allowedActions` are added at delivery."""
    return {
        "bookingId": after.id,
        "dealId": after.id,
        "status": after.status,
        "updatedAt": rfc3339(after.updated_at),
        "message": message or MESSAGES.get(action, ""),
        "previousStatus": before.status if before else None,
        "action": action,
        "booking": common(after),
    }


MESSAGES = {
    "book": "Booking has been created",
    "offer": "A time has become free and is kept for you",
    "pay": "Booking has been paid and confirmed",
    "submit": "Booking has been paid and waits for the vendor",
    "confirm": "Booking has been confirmed by the vendor",
    "decline": "Booking has been declined by the vendor",
    "cancel": "Booking has been cancelled",
    "expire": "Booking has expired",
    "move": "Booking has been moved",
    "propose-move": "Another time has been proposed",
    "accept-move": "The proposed time has been accepted",
    "decline-move": "The proposed time has been declined",
    "check-in": "Customer has arrived",
    "complete": "Booking has been completed",
    "no-show": "Customer has not come",
    "reopen": "Customer has arrived after all",
    "payment": "The payment of the booking has changed",
    "lose": "The payment was late and the time is taken: it is refunded",
    "rezone": "The clock of the place has changed: the booking keeps its local time",
}

"""How an order looks outside: presenters compiled from the schemas, and what is special about orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.orders import policy
from metaia.orders.arrival import state as arrival
from metaia.orders.charges import presenters as charges
from metaia.orders.payment import presenters as payment_presenters
from metaia.orders.payment import state as payment_state
from metaia.orders.proof import presenters as proof_presenters
from metaia.orders.proof import service as proof
from metaia.orders.queries import ERASED, Order
from metaia.orders.schemas import OrderOut, StepOut
from metaia.orders.state import CUSTOMER, OPEN_STATUSES


class ShownParties:
    """The parties of an order, read from its JSON."""

    def __init__(self, order: Json) -> None:
        self.customer_id: str | None = order["customerId"]
        self.partner_id: str | None = order["partnerId"]
        self.courier_id: str | None = order["deliveryPartnerId"]
        delivery = order.get("delivery") or {}
        self.courier_wanted: bool = delivery.get("wantedAt") is not None
        self.needs_code: bool = bool(delivery) and delivery["proofNeeded"]["code"]
        self.contact_until = moment(delivery.get("contactUntil"))
        shown = order.get("payment")  # orders in the log may be of before this field
        self.awaits_payment = shown is not None and payment_state.is_awaited(
            shown["method"], order["status"], shown
        )


def moment(text: str | None) -> datetime | None:
    """Return a time from JSON."""
    return None if text is None else datetime.fromisoformat(text)


def _accept_by(this: Order) -> str | None:
    return rfc3339(this.accept_by) if this.status == "pending" else None


def _eta(this: Order) -> Json | None:
    return arrival.shown(this.eta)


def _items(this: Order) -> list[Json]:
    return [charges.item(item, this.currency) for item in this.items]


def _customer_info(this: Order) -> Json:
    return ERASED | this.customer_info  # orders of before the canonical telephone number lack it


# All fields of OrderOut that are the same for every viewer: all but `allowedActions`.
common = presenter(
    OrderOut,
    rename={"delivery_partner_id": "courier_id"},
    computed={
        "items": _items,
        "accept_by": _accept_by,
        "customer_info": _customer_info,
        "payment": payment_presenters.payment,
        "coupon": charges.coupon,
        "fees": charges.fees,
        "tax_lines": charges.tax_lines,
        "delivery": proof_presenters.delivery,
        "eta": _eta,
    },
    without=["allowed_actions"],
)
step = presenter(StepOut, computed={"occurred_at": lambda entry: entry.after.get("occurred_at")})


def order(this: Order, actor: Actor) -> Json:
    """Return an order as `OrderOut`, with the actions that `actor` may do next.

    A courier that has lost it, or delivered it long enough ago, sees no personal data of the customer.
    """
    if not policy.may_see(actor, this) or not policy.sees_contact(actor, this, this.contact_until, now()):
        return without_personal_data(common(this))
    return with_actions(common(this), policy.allowed(actor, this, this.status))


def steps(this: Order, entries: Sequence[AnyRow], actor: Actor) -> list[Json]:
    """Return the timeline of an order; without notes for a courier that does not see the customer's data.

    So it is for the time before the order had this courier, too.
    """
    shown = [step(entry) for entry in entries]
    if policy.may_see(actor, this) and policy.sees_contact(actor, this, this.contact_until, now()):
        return shown
    return [entry | {"note": None} for entry in shown]


def with_code(this: Order, actor: Actor) -> Json:
    """Return an order as `order` does, for its customer with the code that the courier asks for."""
    shown = order(this, actor)
    is_customer = CUSTOMER in policy.parties(actor, this)
    if shown["delivery"] and is_customer and this.needs_code and this.status in OPEN_STATUSES:
        shown["delivery"]["code"] = proof.code(this)
    return shown


def with_actions(common_part: Json, actions: Sequence[str]) -> Json:
    """Complete `common()` for one viewer. It may be from the log, and from before a field was in it."""
    info = ERASED | common_part["customerInfo"]
    later = {
        "acceptBy": None,
        "payment": payment_presenters.without_method(common_part["currency"]),
        "delivery": None,
        "eta": None,
        "dealId": common_part["id"],
        "offerId": None,
        "adjustment": 0,
        **({} if "subtotal" in common_part else charges.before_charges(common_part)),
    }
    return {**later, **common_part, "customerInfo": info, "allowedActions": list(actions)}


def without_personal_data(common_part: Json) -> Json:
    """Complete `common()` for viewers without a part in the order: no contact data, texts of others, or actions."""
    return with_actions(without_contact(common_part) | {"message": None}, [])


def without_contact(common_part: Json) -> Json:
    """Return `common()` without what the customer has written about themselves: contact data, notes, measurements."""
    items = [charges.without_private(item) for item in common_part["items"]]
    delivery = common_part.get("delivery")
    if delivery and delivery["proof"]:
        delivery = delivery | {"proof": delivery["proof"] | {"signerName": None}}
    private = {"customerInfo": ERASED, "notes": None, "destination": None}
    return common_part | private | {"items": items, "delivery": delivery}


def conflict(this: Order, actor: Actor) -> Json:
    """Return the `details` of a 409: the order's current state and the actions that are possible."""
    shown = order(this, actor)
    return {key: shown[key] for key in ("status", "version", "allowedActions")} | {"order": shown}

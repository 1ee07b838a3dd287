"""Deliveries as JSON: for all couriers without personal data, for the parties with more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from metaia.core.geo import Point, metres
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339
from metaia.couriers import presenters as courier_presenters
from metaia.deliveries import places
from metaia.deliveries.queries import Pickup
from metaia.orders.payment.state import COD
from metaia.orders.presenters import common
from metaia.orders.proof import presenters as proof_presenters
from metaia.orders.proof.state import NOTHING
from metaia.orders.queries import Order

ROUGH = 2  # decimals of degrees: about a kilometre


@dataclass(frozen=True, slots=True)
class Context:
    """What the JSON of deliveries needs besides their orders."""

    pickups: dict[str, Pickup]
    here: Point | None = None  # the viewer, a courier
    names: dict[str, str] = field(default_factory=dict)  # of couriers
    vehicles: dict[str, str] = field(default_factory=dict)
    positions: dict[str, Json] | None = None  # of couriers; None: not asked for
    ends: dict[str, datetime] = field(default_factory=dict)  # of offers to one courier alone, by order


def open_delivery(order: Order, pickup: Pickup | None, ends: datetime | None = None) -> Json:
    """Return a delivery as `OpenDelivery`. City and postal code are known if the customer has stated them.

    `ends` is the end of an offer to one courier alone.
    """
    dropoff, stated = places.dropoff(order), order.destination or {}
    pay, tip = _earned(order)
    return {
        "id": order.delivery_id,
        "state": proof_presenters.state(order),
        "partner": pickup and _pickup(pickup),
        "dropoff": {
            "city": stated.get("city"),
            "postalCode": stated.get("postalCode"),
            "location": _roughly(dropoff),
        },
        "distanceKm": _kilometres(pickup.point if pickup else None, dropoff),
        "pay": to_major(pay, order.currency),
        "tip": to_major(tip, order.currency),
        "currency": order.currency,
        "cashToCollect": to_major(_cash(order), order.currency),
        "itemCount": sum(item["quantity"] for item in order.items),
        "proofNeeded": order.proof_needed or NOTHING,
        "wantedAt": rfc3339(order.courier_wanted_at),
        "readyAt": order.eta and order.eta["readyAt"],
        "expiresAt": rfc3339(ends),
    }


def offered(order: Order, context: Context) -> Json:
    """Return a delivery as `CourierDeliveryOut` for a courier that may claim it."""
    pickup = context.pickups.get(order.partner_id or "")
    away = _kilometres(context.here, pickup.point if pickup else None)
    return open_delivery(order, pickup, context.ends.get(order.id)) | {
        "pickupKm": away,
        "allowedActions": ["claim", "decline"],
    }


def known(order: Order, context: Context, *, contact: bool) -> Json:
    """Return a delivery as `CourierDeliveryOut` for a viewer of its order; with `contact`, the customer's data too."""
    shown = offered(order, context) | {
        "allowedActions": [],
        "orderId": order.id,
        "orderNumber": order.order_number,
        "courier": order.courier_id and _carrier(order.courier_id, context),
    }
    if not contact:
        return shown
    whole = common(order)
    return shown | {name: whole[name] for name in ("customerInfo", "destination", "notes")}


def near_courier(
    courier_id: str, name: str, vehicle: str, away: float | None, *, jobs: int, own: bool
) -> Json:
    """Return a courier as `NearCourierOut`; `away` is in metres."""
    return {
        "id": courier_id,
        "firstName": courier_presenters.first_name(name),
        "vehicle": vehicle,
        "distanceKm": courier_presenters.rough_km(away),
        "activeJobs": jobs,
        "own": own,
    }


def _roughly(place: Point | None) -> Json | None:
    return None if place is None else {"lat": round(place.lat, ROUGH), "lng": round(place.lng, ROUGH)}


def _kilometres(start: Point | None, end: Point | None) -> float | None:
    return None if start is None or end is None else round(metres(start, end) / 1000, 1)


def _pickup(this: Pickup) -> Json:
    place = this.point and {"lat": this.point.lat, "lng": this.point.lng}
    return {"id": this.id, "businessName": this.name, "address": this.address, "location": place}


def _carrier(courier_id: str, context: Context) -> Json:
    name = context.names.get(courier_id, "")
    shown = {
        "id": courier_id,
        "firstName": courier_presenters.first_name(name),
        "vehicle": context.vehicles.get(courier_id),
    }
    return shown | ({} if context.positions is None else {"position": context.positions.get(courier_id)})


def _earned(order: Order) -> tuple[int, int]:
    """Return what a courier of the pool gets of the delivery fee, and of the tip.

    An order that is settled elsewhere states what the customer pays.
    """
    if order.courier_share is None:
        return order.fees, order.tip
    tip = min(order.tip, order.courier_share)
    return order.courier_share - tip, tip


def _cash(order: Order) -> int:
    """Return the money that the courier collects, in minor units."""
    return order.payment["due"] if order.payment_method == COD and order.payment else 0

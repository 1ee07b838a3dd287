"""A shipment as its public page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.orders.queries import Order
from metaia.shipments import carriers
from metaia.shipments.queries import Shipment, StoredScan
from metaia.shipments.state import MOVING, RETURNING, UNKNOWN

CURRENT = timedelta(hours=24)  # after which a place is where the parcel was last seen
# Title and text of the page, by status.
SENTENCES: dict[str, tuple[str, str]] = {
    "label": ("Announced", "The carrier does not have the parcel yet."),
    "picked_up": ("Picked up", "The carrier has the parcel."),
    "in_transit": ("On its way", "The parcel is on its way."),
    "out_for_delivery": ("Out for delivery", "The parcel arrives today."),
    "attempt_failed": ("Not delivered yet", "The carrier could not deliver the parcel, and tries again."),
    "pickup_point": ("Ready to be collected", "The parcel is at a pickup point of the carrier."),
    "delivered": ("Delivered", "The parcel has arrived."),
    "returning": ("On its way back", "The parcel goes back to its sender."),
    "returned": ("Returned", "The parcel is back at its sender."),
    "lost": ("Lost", "The carrier cannot find the parcel. The shop will get in touch."),
    "cancelled": ("Cancelled", "The shipment was cancelled."),
}
WORDS = {status: title for status, (title, _) in SENTENCES.items()}


def tracked(this: Shipment, order: Order | None, scans: Sequence[StoredScan], moment: datetime) -> Json:
    """Return the part of a shipment that the page may show without a login."""
    name = (order.customer_info.get("name") or "").split(" ")[0] if order else ""
    known = [scan for scan in scans if scan.status != UNKNOWN or scan.place]
    return {
        "status": this.status,
        "carrier": carriers.find(this.slug).name,
        "firstName": name or None,
        "estimatedDelivery": rfc3339(this.estimated_delivery),
        "late": this.late,
        "lastSeen": _last_seen(this, known[-1], moment) if known else None,
        "scans": [{"status": scan.status, "at": rfc3339(scan.at), "city": _city(scan)} for scan in known],
    }


def _last_seen(this: Shipment, scan: StoredScan, moment: datetime) -> Json:
    moves = this.status in {*MOVING, RETURNING}
    return {"at": rfc3339(scan.at), "city": _city(scan), "current": moves and scan.at > moment - CURRENT}


def _city(scan: StoredScan) -> str | None:
    return (scan.place or {}).get("city")

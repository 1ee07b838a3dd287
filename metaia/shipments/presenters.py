"""Shipments as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.settings.carriers import Carrier
from metaia.shipments import carriers, fields, policy, queries, tokens
from metaia.shipments.queries import Shipment, StoredScan

NOWHERE: Json = {"city": None, "region": None, "country": None, "lat": None, "lng": None}
_shipment = presenter(
    fields.ShipmentBase,
    rename={"tracking_code": "code"},
    without=["carrier", "tracking_url", "share_url", "allowed_actions"],
)
_scan = presenter(fields.ScanOut, computed={"location": lambda this: place(this.place)})


class ShownShipment:
    """The part of a shipment that decides what may be done with it, read from the payload of an event."""

    def __init__(self, shipment: Json) -> None:
        self.partner_id: str | None = shipment["partnerId"]
        self.slug: str = shipment["slug"]
        self.status: str = shipment["status"]


def place(stored: Json | None) -> Json | None:
    """Return a place with all its fields."""
    return None if stored is None else NOWHERE | stored


def scan(this: StoredScan) -> Json:
    """Return a scan as `ScanOut`."""
    return _scan(this)


def base(this: Shipment) -> Json:
    """Return a shipment without its scans and without actions."""
    carrier = carriers.find(this.slug)
    return _shipment(this) | {
        "carrier": carrier.name,
        "trackingUrl": carriers.page_of(carrier, this.code),
        "shareUrl": tokens.url(this.id),
        "allowedActions": [],
    }


def many(shipments: Iterable[Shipment], actor: Actor) -> list[Json]:
    """Return shipments with their scans, as an actor sees them."""
    listed = list(shipments)
    scans = queries.scans([each.id for each in listed])
    return [
        base(each)
        | {
            "allowedActions": policy.allowed(actor, each, can_ask=carriers.find(each.slug).can_ask),
            "scans": [scan(one) for one in scans.get(each.id, ())],
        }
        for each in listed
    ]


def one(this: Shipment, actor: Actor) -> Json:
    """Return one shipment with its scans, as an actor sees it."""
    return many([this], actor)[0]


def conflict(this: Shipment, actor: Actor) -> Json:
    """Return the `details` of a 409: the current shipment."""
    shown = one(this, actor)
    return {key: shown[key] for key in ("status", "version", "allowedActions")} | {"shipment": shown}


def carrier(this: Carrier) -> Json:
    """Return a carrier as `ParcelCarrierOut`."""
    return {
        "slug": this.slug,
        "name": this.name,
        "convention": this.convention,
        "trackingUrl": this.tracking_url or None,
        "canAsk": this.can_ask,
    }

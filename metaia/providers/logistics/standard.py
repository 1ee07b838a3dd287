"""The neutral convention, for carriers of one's own: Standard Webhooks with our words.

`{"type": "shipment.scanned", "timestamp": …, "data": {"trackingCode", "estimatedDelivery"?, "scans": [{"status", "at",
"message"?, "location": {"city", "region", "country", "lat", "lng"}?}]}}`
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from metaia.providers.http import json_objects
from metaia.providers.logistics import reading
from metaia.providers.logistics.interface import UNKNOWN, Place, Reading, Scan, Tracking

STATUSES = (
    "label", "picked_up", "in_transit", "out_for_delivery", "attempt_failed", "pickup_point", "delivered",
    "returning", "returned", "lost", "cancelled",
)  # fmt: skip


def read(content: Any, received_at: datetime) -> Reading:
    """Return what a webhook states."""
    given = reading.fields(content)
    data, type_ = reading.fields(given.get("data")), reading.text(given.get("type"))
    code = reading.text(data.get("trackingCode"))
    if code is None:
        return Reading(type_, note="no tracking code")
    scans = tuple(filter(None, (_scan(each, received_at) for each in json_objects(data.get("scans")))))
    return Reading(type_, Tracking(code, scans, reading.estimate(data.get("estimatedDelivery"))))


def _scan(scan: dict[str, Any], received_at: datetime) -> Scan | None:
    at = reading.moment(scan.get("at"), received_at)
    if at is None:
        return None
    where, word = reading.fields(scan.get("location")), reading.text(scan.get("status")) or ""
    city, region, country = (
        reading.text(where.get(name), reading.LONGEST_CITY) for name in ("city", "region", "country")
    )
    lat, lng = reading.number(where.get("lat"), 90), reading.number(where.get("lng"), 180)
    place = Place(city, region, country)
    if lat is not None and lng is not None:
        place = Place(city, region, country, lat, lng)
    return Scan(word if word in STATUSES else UNKNOWN, at, place, reading.text(scan.get("message")))

"""Shiprocket: its tracking webhook, and its track API. Its times have no zone and are those of India."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from metaia.providers.errors import Permanent
from metaia.providers.http import (
    BearerAuth,
    HttpProvider,
    VendorClient,
    failure,
    json_object,
    json_objects,
    succeeded,
)
from metaia.providers.logistics import reading
from metaia.providers.logistics.interface import UNKNOWN, Place, Reading, Scan, Tracking

WORDS = {
    "label": "NEW, AWB ASSIGNED, LABEL GENERATED, MANIFEST GENERATED, PICKUP SCHEDULED, PICKUP GENERATED, "
    "PICKUP QUEUED, PICKUP RESCHEDULED, PICKUP ERROR, PICKUP EXCEPTION, OUT FOR PICKUP",
    "picked_up": "PICKED UP, SHIPPED",
    "in_transit": "IN TRANSIT, IN TRANSIT-EN-ROUTE, REACHED AT DESTINATION HUB, MISROUTED, DELAYED",
    "out_for_delivery": "OUT FOR DELIVERY",
    "attempt_failed": "UNDELIVERED, UNDELIVERED-1ST ATTEMPT, UNDELIVERED-2ND ATTEMPT, UNDELIVERED-3RD ATTEMPT",
    "delivered": "DELIVERED",
    "returning": "RTO INITIATED, RTO IN TRANSIT, RTO IN INTRANSIT, RTO OFD, RTO NDR, RTO",
    "returned": "RTO DELIVERED, RTO ACKNOWLEDGED",
    "lost": "LOST, DESTROYED, DISPOSED OFF",
    "cancelled": "CANCELED, CANCELLED",
}
STATUSES = {word: status for status, words in WORDS.items() for word in words.split(", ")}


class Shiprocket(HttpProvider):
    """The track API. Its token is one of an API user."""

    def __init__(self, api_key: str, base_url: str) -> None:
        self.http = VendorClient(base_url, BearerAuth(api_key), name="shiprocket")

    def track(self, code: str, reference: str | None, at: datetime) -> Tracking:  # noqa: ARG002 - by its number
        """Return the scans of a parcel."""
        answer = self.http.request("GET", f"/v1/external/courier/track/awb/{quote(code, safe='')}")
        data = reading.fields(json_object(answer).get("tracking_data"))
        if answer.status_code == 404 or (succeeded(answer) and not data.get("track_status")):
            raise Permanent("Shiprocket does not know this parcel")
        if not succeeded(answer):
            raise failure(answer)
        activities = json_objects(data.get("shipment_track_activities"))
        scans = tuple(filter(None, (_scan(each, at) for each in activities)))
        return Tracking(code, scans, reading.estimate(data.get("etd"), reading.INDIA))


def read(content: Any, received_at: datetime) -> Reading:
    """Return what a webhook states: all scans so far, and the newest status."""
    given = reading.fields(content)
    code, word = reading.text(given.get("awb")), reading.text(given.get("current_status"))
    if code is None:
        return Reading(word, note="no AWB")
    is_return = given.get("is_return") in (1, "1", True)
    scans = [_scan(each, received_at, is_return=is_return) for each in json_objects(given.get("scans"))]
    newest = {"date": given.get("current_timestamp"), "sr-status-label": word}
    if not any(scan and scan.status != UNKNOWN for scan in scans):
        scans.append(_scan(newest, received_at, is_return=is_return))
    eta = reading.estimate(given.get("etd"), reading.INDIA)
    return Reading(word, Tracking(code, tuple(filter(None, scans)), eta))


def _scan(scan: dict[str, Any], received_at: datetime, *, is_return: bool = False) -> Scan | None:
    at = reading.moment(scan.get("date"), received_at, reading.INDIA)
    if at is None:
        return None
    word = reading.text(scan.get("sr-status-label")) or ""
    message = reading.text(scan.get("activity")) or word or None
    city = reading.text(scan.get("location"), reading.LONGEST_CITY)
    return Scan(_status(word, is_return=is_return), at, Place(city), message)


def _status(word: str, *, is_return: bool) -> str:
    status = STATUSES.get(" ".join(word.upper().replace("_", " ").split()), UNKNOWN)
    if is_return and status in {"picked_up", "in_transit", "out_for_delivery", "attempt_failed"}:
        return "returning"
    return "returned" if is_return and status == "delivered" else status

"""EasyPost (docs.easypost.com/docs/trackers, /events): one vocabulary for some hundred carriers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from requests.auth import HTTPBasicAuth

from metaia.providers.errors import Permanent
from metaia.providers.http import HttpProvider, VendorClient, failure, json_object, json_objects, succeeded
from metaia.providers.logistics import reading
from metaia.providers.logistics.interface import UNKNOWN, Place, Reading, Scan, Tracking

STATUSES = {
    "pre_transit": "label",
    "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "available_for_pickup": "pickup_point",
    "delivered": "delivered",
    "return_to_sender": "returning",
    "cancelled": "cancelled",
}
# `failure` and `error` mean much: their details decide.
DETAILS = {
    "lost": "lost",
    "delivery_exception": "attempt_failed",
    "address_correction": "attempt_failed",
    "refused": "attempt_failed",
}


class EasyPost(HttpProvider):
    """Trackers of EasyPost. A tracker must be made once, so that its webhooks come; making it again returns it."""

    def __init__(self, api_key: str, base_url: str) -> None:
        self.http = VendorClient(base_url, HTTPBasicAuth(api_key, ""), name="easypost")

    def track(self, code: str, reference: str | None, at: datetime) -> Tracking:
        """Return the tracker of a parcel."""
        if reference is not None:
            answer = self.http.request("GET", f"/v2/trackers/{quote(reference, safe='')}")
        else:
            answer = self.http.post("/v2/trackers", json={"tracker": {"tracking_code": code}})
        found = json_object(answer)
        if answer.status_code in {404, 422}:
            raise Permanent(f"{answer.status_code} EasyPost does not know this parcel")
        if not succeeded(answer):
            raise failure(answer)
        return _tracker(found, at) or Tracking(code)


def read(content: Any, received_at: datetime) -> Reading:
    """Return what an event states."""
    event = reading.fields(content)
    result = reading.fields(event.get("result"))
    if result.get("object") != "Tracker":
        return Reading(reading.text(event.get("description")), note="no event of a tracker")
    tracking = _tracker(result, received_at)
    note = None if tracking else "no tracking code"
    return Reading(reading.text(event.get("description")), tracking, note)


def _tracker(tracker: dict[str, Any], received_at: datetime) -> Tracking | None:
    code = reading.text(tracker.get("tracking_code"))
    if code is None:
        return None
    details = json_objects(tracker.get("tracking_details")) or [
        tracker | {"datetime": tracker.get("updated_at"), "message": None}
    ]
    scans = (_scan(each, received_at) for each in details)
    eta = reading.estimate(tracker.get("est_delivery_date"))
    return Tracking(code, tuple(filter(None, scans)), eta, reading.text(tracker.get("id"), 80))


def _scan(detail: dict[str, Any], received_at: datetime) -> Scan | None:
    at = reading.moment(detail.get("datetime"), received_at)
    if at is None:
        return None
    status, more = reading.text(detail.get("status")) or "", reading.text(detail.get("status_detail")) or ""
    known = DETAILS.get(more, UNKNOWN) if status in {"failure", "error"} else STATUSES.get(status, UNKNOWN)
    if status == "return_to_sender" and more == "delivered":
        known = "returned"
    where = reading.fields(detail.get("tracking_location"))
    city, state, country = (
        reading.text(where.get(name), reading.LONGEST_CITY) for name in ("city", "state", "country")
    )
    return Scan(
        known, at, Place(city, state, country), reading.text(detail.get("message")) or (status or None)
    )

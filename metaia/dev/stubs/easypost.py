"""EasyPost's trackers: `POST /v2/trackers`, `GET /v2/trackers/{id}`, and its events."""

from __future__ import annotations

import hmac
import json
import unicodedata
from uuid import uuid4

from requests import Request

from metaia.core.json import Json
from metaia.dev.stubs.parcels import Event, Parcel
from metaia.dev.stubs.vendor import Answer, Call, World

PATH = r"/v2/trackers(/\w+)?"
VENDOR = "easypost"


def answer(call: Call, world: World) -> Answer:
    """Make a tracker, once per code, or return one."""
    if call.basic() != f"{world.api_keys[VENDOR]}:":
        return _refused(401, "APIKEY.INACTIVE", "This api key is no longer active.")
    reference = call.path.removeprefix("/v2/trackers").strip("/")
    if call.method == "GET":
        known = [each for each in world.parcels.values() if reference and each.reference == reference]
        return (
            Answer(200, tracker(known[0]))
            if known
            else _refused(404, "NOT_FOUND", "The tracker was not found.")
        )
    code = call.json().get("tracker", {}).get("tracking_code")
    if not isinstance(code, str) or not code:
        return _refused(422, "PARAMETER.REQUIRED", "Missing required parameter: tracking_code.")
    parcel = world.parcels.setdefault(code, Parcel(code))
    parcel.reference = parcel.reference or f"trk_{uuid4().hex}"
    return Answer(200, tracker(parcel))


def webhook(url: str, secret: str, parcel: Parcel, number: int) -> Request:
    """Return the event of the first `number` scans: EasyPost sends the whole tracker each time."""
    event = {
        "id": f"evt_{uuid4().hex}", "object": "Event", "mode": "test", "description": "tracker.updated",
        "result": tracker(Parcel(parcel.code, parcel.events[:number], parcel.reference)),
        "previous_attributes": {}, "pending_urls": [], "completed_urls": [], "user_id": "user_1",
    }  # fmt: skip
    body = json.dumps(event).encode()
    key = unicodedata.normalize("NFKD", secret).encode()
    signature = f"hmac-sha256-hex={hmac.digest(key, body, 'sha256').hex()}"
    return Request(
        "POST", url, data=body, headers={"X-Hmac-Signature": signature, "Content-Type": "application/json"}
    )


def tracker(parcel: Parcel) -> Json:
    """Return a tracker as EasyPost's documentation shows it."""
    details = [_detail(each) for each in parcel.events]
    return {
        "id": parcel.reference or f"trk_{parcel.code}", "object": "Tracker", "mode": "test",
        "tracking_code": parcel.code, "carrier": "BlueArrow", "shipment_id": None, "est_delivery_date": None,
        "status": details[-1]["status"] if details else "unknown", "tracking_details": details,
    }  # fmt: skip


def _detail(event: Event) -> Json:
    place = {"city": event.city.upper() or None, "state": "MH", "country": "IN", "zip": "411001"}
    return {
        "object": "TrackingDetail", "status": event.word, "status_detail": event.kind or "status_update",
        "message": f"{event.word} at the hub", "datetime": event.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "source": "BlueArrow", "tracking_location": {"object": "TrackingLocation"} | place,
    }  # fmt: skip


def _refused(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"error": {"code": code, "message": message, "errors": []}})

"""Shiprocket's track API: `GET /v1/external/courier/track/awb/{awb}`, and its webhook."""

from __future__ import annotations

from requests import Request

from metaia.core.json import Json
from metaia.dev.stubs.parcels import Event, Parcel
from metaia.dev.stubs.vendor import Answer, Call, World

PREFIX = "/v1/external/courier/track/awb/"
PATH = rf"{PREFIX}[^/]+"
VENDOR = "shiprocket"
REFUSED = ("shiprocket", "kartrocket", "sr", "kr")  # words that addresses of webhooks must not contain


def answer(call: Call, world: World) -> Answer:
    """Return the scans of a parcel."""
    if call.bearer() != world.api_keys[VENDOR]:
        return Answer(401, {"message": "Unauthenticated.", "status_code": 401})
    parcel = world.parcels.get(call.path.removeprefix(PREFIX))
    if parcel is None or not parcel.events:
        return Answer(200, {"tracking_data": {"track_status": 0, "error": "There is no activities found"}})
    activities = [_scan(each) for each in reversed(parcel.events)]  # the newest first
    data = {"track_status": 1, "shipment_track_activities": activities, "etd": None, "track_url": ""}
    return Answer(200, {"tracking_data": data})


def webhook(url: str, secret: str, parcel: Parcel, number: int) -> Request:
    """Return the webhook of the first `number` scans. Raises ValueError for an address that Shiprocket refuses."""
    if any(word in url.partition("/logistics/")[2] for word in REFUSED):
        raise ValueError("Shiprocket does not accept this address")
    events = parcel.events[:number]
    newest = events[-1]
    content = {
        "awb": int(parcel.code) if parcel.code.isdecimal() else parcel.code, "courier_name": "Parcel Post",
        "current_status": newest.word, "current_status_id": 18, "shipment_status": newest.word,
        "current_timestamp": newest.local.strftime("%d %m %Y %H:%M:%S"), "order_id": "M1", "sr_order_id": 1,
        "etd": "", "is_return": 0, "channel_id": 1, "pod_status": "Not Available", "pod": "Not Available",
        "scans": [_scan(each) for each in events],
    }  # fmt: skip
    return Request("POST", url, json=content, headers={"x-api-key": secret})


def _scan(event: Event) -> Json:
    return {
        "date": event.local.strftime("%Y-%m-%d %H:%M:%S"), "status": "X", "activity": f"{event.word} by the hub",
        "location": event.city.upper(), "sr-status": "18", "sr-status-label": event.word,
    }  # fmt: skip

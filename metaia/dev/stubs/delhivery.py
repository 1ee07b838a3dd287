"""Delhivery's packages API: `GET /api/v1/packages/json/?waybill=`, and its scan push."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from requests import Request

from metaia.core.json import Json
from metaia.dev.stubs.parcels import Event, Parcel
from metaia.dev.stubs.vendor import Answer, Call, World

PATH = r"/api/v1/packages/json/\?.+"
VENDOR = "delhivery"


def answer(call: Call, world: World) -> Answer:
    """Return the scans of a parcel."""
    if call.headers.get("Authorization") != f"Token {world.api_keys[VENDOR]}":
        return Answer(401, {"detail": "Invalid token."})
    code = parse_qs(urlsplit(call.path).query).get("waybill", [""])[0]
    parcel = world.parcels.get(code)
    if parcel is None or not parcel.events:
        return Answer(200, {"Error": "No such waybill or Order Id found", "Success": False})
    scans = [
        {
            "ScanDetail": {
                "Scan": each.word, "ScanType": each.kind, "ScanDateTime": each.local.isoformat(),
                "ScannedLocation": f"{each.city}_Hub (Maharashtra)", "Instructions": f"{each.word} by the hub",
                "StatusCode": "X-UCI",
            }
        }
        for each in parcel.events
    ]  # fmt: skip
    shipment = {
        "AWB": code,
        "Status": _status(parcel.events[-1]),
        "Scans": scans,
        "ExpectedDeliveryDate": None,
    }
    return Answer(200, {"ShipmentData": [{"Shipment": shipment}]})


def webhook(url: str, secret: str, parcel: Parcel, number: int) -> Request:
    """Return the push of one scan. It has no signature, but the header that its receiver has chosen."""
    event = parcel.events[number - 1]
    shipment = {
        "Status": _status(event), "PickUpDate": None, "NSLCode": "X-UCI", "Sortcode": "PNQ", "ReferenceNo": "M1",
        "AWB": parcel.code,
    }  # fmt: skip
    return Request("POST", url, json={"Shipment": shipment}, headers={"Authorization": secret})


def _status(event: Event) -> Json:
    return {
        "Status": event.word, "StatusType": event.kind, "StatusDateTime": f"{event.local.isoformat()}.767",
        "StatusLocation": f"{event.city}_Hub (Maharashtra)", "Instructions": f"{event.word} by the hub",
    }  # fmt: skip

"""Delhivery: its scan push, and its packages API. Its times have no zone and are those of India."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from metaia.providers.errors import Permanent
from metaia.providers.http import (
    HttpProvider,
    NoAuth,
    VendorClient,
    failure,
    json_object,
    json_objects,
    succeeded,
)
from metaia.providers.logistics import reading
from metaia.providers.logistics.interface import UNKNOWN, Reading, Scan, Tracking

FORWARD = {
    "manifested": "label",
    "not picked": "label",
    "open": "label",
    "scheduled": "label",
    "picked up": "picked_up",
    "in transit": "in_transit",
    "pending": "in_transit",
    "dispatched": "out_for_delivery",
    "delivered": "delivered",
    "lost": "lost",
}
HOME = frozenset({"rto", "dto", "delivered", "returned"})  # words of a parcel that is back at its sender
FAILED_ATTEMPT = "EOD-"  # how codes of failed deliveries (NDR) begin


class Delhivery(HttpProvider):
    """The packages API."""

    def __init__(self, api_key: str, base_url: str) -> None:
        self.http = VendorClient(base_url, NoAuth(), name="delhivery")
        self.http.session.headers["Authorization"] = f"Token {api_key}"

    def track(self, code: str, reference: str | None, at: datetime) -> Tracking:  # noqa: ARG002 - by its number
        """Return the scans of a parcel."""
        answer = self.http.request("GET", f"/api/v1/packages/json/?waybill={quote(code, safe='')}")
        found = json_object(answer)
        if not succeeded(answer):
            raise failure(answer)
        for each in json_objects(found.get("ShipmentData")):
            shipment = reading.fields(each.get("Shipment"))
            if reading.text(shipment.get("AWB")) == code:
                return _whole(code, shipment, at)
        raise Permanent("Delhivery does not know this parcel")


def read(content: Any, received_at: datetime) -> Reading:
    """Return what a push of one scan states."""
    shipment = reading.fields(reading.fields(content).get("Shipment"))
    status = reading.fields(shipment.get("Status"))
    code, word = reading.text(shipment.get("AWB")), reading.text(status.get("Status"))
    if code is None:
        return Reading(word, note="no AWB")
    scan = _scan(status, shipment.get("NSLCode"), received_at)
    scans = () if scan is None else (scan,)
    return Reading(word, Tracking(code, scans, reading.estimate(shipment.get("EDD"), reading.INDIA)))


def _whole(code: str, shipment: dict[str, Any], at: datetime) -> Tracking:
    details = [reading.fields(each.get("ScanDetail")) for each in json_objects(shipment.get("Scans"))]
    scans = [
        _scan(
            {
                "Status": each.get("Scan"),
                "StatusType": each.get("ScanType"),
                "StatusDateTime": each.get("ScanDateTime"),
                "StatusLocation": each.get("ScannedLocation"),
                "Instructions": each.get("Instructions"),
            },
            each.get("StatusCode"),
            at,
        )
        for each in details
    ]
    if not details:
        scans = [_scan(reading.fields(shipment.get("Status")), shipment.get("NSLCode"), at)]
    eta = reading.estimate(shipment.get("ExpectedDeliveryDate"), reading.INDIA)
    return Tracking(code, tuple(filter(None, scans)), eta)


def _scan(status: dict[str, Any], nsl_code: object, received_at: datetime) -> Scan | None:
    at = reading.moment(status.get("StatusDateTime"), received_at, reading.INDIA)
    if at is None:
        return None
    kind, word = (reading.text(status.get(name)) or "" for name in ("StatusType", "Status"))
    known = _status(kind.upper(), word.casefold(), reading.text(nsl_code) or "")
    message = reading.text(status.get("Instructions")) or word or None
    return Scan(known, at, reading.place(status.get("StatusLocation")), message)


def _status(kind: str, word: str, nsl_code: str) -> str:
    if kind == "RT":  # on its way back, and delivered there: not to the customer
        return "returned" if word in HOME else "returning"
    if kind == "CN":
        return "cancelled"
    if kind == "DL":
        return "returned" if word in {"rto", "dto"} else "delivered"
    if word == "pending" and nsl_code.startswith(FAILED_ATTEMPT):
        return "attempt_failed"
    return FORWARD.get(word, UNKNOWN)

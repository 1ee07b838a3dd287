"""A shop that ships, and carriers that call the server."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.settings import carriers
from metaia.webhooks import jobs as webhook_jobs
from tests.support.people import Person, World
from tests.support.server import Server

SECRET, BEFORE = "a-secret-of-carriers-in-the-tests", "a-previous-secret-of-carriers-tests"
TRACK = "https://carrier.example/parcel?code={code}"
SLUGS = {"arrow": "easypost", "dart": "delhivery", "post": "shiprocket", "house": "standard"}
NAMES = {"arrow": "Blue Arrow", "dart": "Dart", "post": "Parcel Post", "house": "House Riders"}
# 06:00 of yesterday: scans are of the last days.
START = (datetime.now(UTC) - timedelta(days=1)).replace(hour=6, minute=0, second=0, microsecond=0)


def configured(**more: Json) -> dict[str, carriers.Carrier]:
    """Return the carriers of the tests; `more` has further values by slug."""
    common = {"secret": SECRET, "previousSecret": BEFORE, "trackingUrl": TRACK}
    given = {
        slug: common | {"convention": convention, "name": NAMES[slug]} | more.get(slug, {})
        for slug, convention in SLUGS.items()
    }
    return carriers.carriers(json.dumps(given))


class Dock:
    """A shop and its customer; carriers bring its parcels."""

    def __init__(self, world: World, url: str) -> None:
        self.world, self.url = world, url
        self.customer, self.shop = world.person(name="Asha Rao"), world.person("tailor")

    def order(self, status: str = "ready", **body: Any) -> Json:
        """Return a new order in a status."""
        order = self.customer.order(partnerId=self.shop.id, **body)
        for action in {"pending": (), "accepted": ("accept",), "ready": ("accept", "ready")}[status]:
            order = self.shop.act(order, action)
        return order

    def add(
        self, order: Json, slug: str = "dart", by: Person | None = None, **body: Any
    ) -> requests.Response:
        """Add a shipment to an order."""
        given = {"slug": slug, "trackingCode": code()} | body
        return (by or self.shop).post(f"/api/orders/{order['id']}/shipments", given)

    def ship(self, order: Json | None = None, slug: str = "dart", **body: Any) -> Json:
        """Return a new shipment."""
        answer = self.add(order or self.order(), slug, **body)
        assert answer.status_code == 201, answer.text
        return shipment_in(answer)

    def read(self, shipment: Json) -> Json:
        """Return a shipment as it is now."""
        return shipment_in(self.shop.get(f"/api/shipments/{shipment['id']}"))

    def status(self, order: Json) -> str:
        """Return the status of an order now."""
        return str(self.shop.get(f"/api/orders/{order['id']}").json()["data"]["order"]["status"])

    def scan(self, shipment: Json, status: str, hours: float = 0, **more: Any) -> requests.Response:
        """State a scan by hand."""
        body = {"status": status, "at": moment(hours)} | more
        return self.shop.post(f"/api/shipments/{shipment['id']}/scans", body)

    def push(self, slug: str, body: Any, headers: dict[str, str] | None = None) -> requests.Response:
        """Call the webhook of a carrier as it does. No answer may be a 500."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/json"} | (signed(slug, raw) if headers is None else headers)
        answer = requests.post(
            f"{self.url}/api/webhooks/logistics/{slug}", data=raw, headers=given, timeout=30
        )
        assert answer.status_code < 500, answer.text
        return answer

    def dart(self, shipment: Json, *scans: tuple[str, str, float]) -> None:
        """Let Delhivery push scans: type, word and hours after START."""
        for kind, word, hours in scans:
            answer = self.push("dart", delhivery(shipment["trackingCode"], kind, word, hours))
            assert (answer.status_code, answer.json()) == (200, {})
        webhook_jobs.digest()

    def notices(self, person: Person) -> list[str]:
        """Return the types of the notifications of a user about parcels, in their order."""
        rows = db.fetch_all(
            text("SELECT type FROM notifications WHERE user_id = :id AND type LIKE 'shipment%' ORDER BY id"),
            {"id": person.id},
        )
        return [row.type for row in rows]


def code() -> str:
    """Return a new tracking code."""
    return f"AWB{new_id()[-12:]}".upper()


def moment(hours: float = 0) -> str:
    """Return a time some hours after START."""
    return (START + timedelta(hours=hours)).isoformat()


def signed(slug: str, body: bytes, secret: str = SECRET) -> dict[str, str]:
    """Return the headers with which a carrier calls."""
    if SLUGS[slug] == "easypost":
        return {"X-Hmac-Signature": f"hmac-sha256-hex={hmac.digest(secret.encode(), body, 'sha256').hex()}"}
    if SLUGS[slug] == "standard":
        return standard(body, secret)
    return {"X-Api-Key": secret} if slug == "post" else {"Authorization": f"Token {secret}"}


def standard(body: bytes, secret: str = SECRET, *, age: float = 0, id_: str | None = None) -> dict[str, str]:
    """Return the headers of Standard Webhooks."""
    id_, at = id_ or new_id(), str(int(datetime.now(UTC).timestamp() - age))
    mac = hmac.digest(secret.encode(), f"{id_}.{at}.".encode() + body, "sha256")
    return {"Webhook-Id": id_, "Webhook-Timestamp": at, "Webhook-Signature": f"v1,{b64encode(mac).decode()}"}


def delhivery(code: str, kind: str, word: str, hours: float = 0, **more: Any) -> Json:
    """Return a push of Delhivery, with a local time of India."""
    local = START + timedelta(hours=hours + 5.5)
    status = {
        "Status": word, "StatusType": kind, "StatusDateTime": local.replace(tzinfo=None).isoformat(),
        "StatusLocation": "Pune_Hub (Maharashtra)", "Instructions": f"{word} by the hub",
    }  # fmt: skip
    return {"Shipment": {"AWB": code, "Status": status, "ReferenceNo": "M1"} | more}


def shipment_in(answer: requests.Response) -> Json:
    """Return the shipment of an answer."""
    found: Json = answer.json()["data"]["shipment"]
    return found


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Return the status and the code of an error."""
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def carrier_settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Configure the carriers of the tests."""
    monkeypatch.setitem(app.config, "LOGISTICS_WEBHOOKS", configured())


@pytest.fixture
def dock(world: World, server: Server, carrier_settings: None) -> Dock:
    """Give a shop that ships."""
    return Dock(world, server.url)

"""The scenes of a booking: a customer books a free time and moves it, and both sides learn of it at once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from metaia.core.json import Json
from metaia.dev.demo.client import Client, Received
from metaia.dev.demo.play import DemoRun, Expected

CUSTOMER, PARTNER = "customer", "vet"
EVENT = "booking-status-update"
SERVICE = "Check-up"
DAYS = 7


@dataclass(frozen=True)
class Step:
    """A request about a booking, and what came of it."""

    login: str
    request: str
    booking: Json
    result: Expected


def play(run: DemoRun) -> list[Step]:
    """Book the first free time of a service, move it to the last one, and cancel it. Raises DemoError."""
    customer, partner = run.clients[CUSTOMER], run.clients[PARTNER]
    first, *_, last = _free(customer, partner.id)
    steps = [_send(run, "POST", "/api/bookings", first, "book")]
    path = f"/api/bookings/{steps[0].booking['id']}"
    steps.append(_send(run, "PATCH", f"{path}/move", {"startsAt": last["startsAt"]}, "move"))
    steps.append(_send(run, "PATCH", f"{path}/cancel", {"reason": "It was a demo."}, "cancel"))
    return steps


def _free(customer: Client, partner_id: str) -> list[Json]:
    """Return the bodies with which the free times of the service can be booked."""
    found = customer.call("GET", f"/api/services?partnerId={partner_id}&q={SERVICE}")["services"]
    today = datetime.now(UTC).date()
    query = f"serviceId={found[0]['id']}&from={today + timedelta(days=1)}&to={today + timedelta(days=DAYS)}"
    days = customer.call("GET", f"/api/bookings/slots?{query}")["slots"][found[0]["id"]]
    starts = [each["startsAt"] for day in sorted(days) for each in days[day]]
    return [{"serviceId": found[0]["id"], "startsAt": start} for start in starts]


def _send(run: DemoRun, method: str, path: str, body: Json, action: str) -> Step:
    client = run.clients[CUSTOMER]
    started = time.perf_counter()
    booking = client.call(method, path, body)["booking"]
    took = (time.perf_counter() - started) * 1000

    def concerns(received: Received) -> bool:
        return received.data.get("bookingId") == booking["id"] and received.data.get("action") == action

    wanted = {(login, EVENT, booking["status"]) for login in (CUSTOMER, PARTNER)}
    return Step(CUSTOMER, f"{method} {_short(path)}", booking, run.expect(wanted, concerns, started, took))


def _short(path: str) -> str:
    return path if path.count("/") == 2 else f"…/{path.rpartition('/')[2]}"

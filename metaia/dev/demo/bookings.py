"""The scenes of bookings: a customer books a free time and moves it, and is reminded of another one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from metaia.core.json import Json
from metaia.dev.demo.client import Client, Received
from metaia.dev.demo.play import NOTICES, DemoRun, Expected, short

CUSTOMER, PARTNER = "customer", "vet"
EVENT = "booking-status-update"
SERVICE = "Check-up"
DAYS = 7
REMINDER = "booking_reminder"
MINUTES = 5  # the shortest time before a start at which a reminder is sent
# Reminders are due at whole minutes, so this one is due within 63 seconds.
CALL: Json = {
    "name": "Call from the vet", "durationMinutes": 5, "price": 0, "currency": "INR", "reminders": [MINUTES],
}  # fmt: skip
SOON = timedelta(seconds=3)  # between the booking and its reminder, at least
LATE = 30.0  # seconds: a worker looks for what is due every 15


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


def call(run: DemoRun) -> Step:
    """Let the clinic book a call for the customer; its reminder is due within 63 seconds. Raises DemoError."""
    customer, clinic = run.clients[CUSTOMER], run.clients[PARTNER]
    service_id = _calls(clinic)
    coming = f"serviceId={service_id}&status=confirmed&from={datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    for left in clinic.call("GET", f"/api/bookings?{coming}")["bookings"]:  # by a demo that was interrupted
        clinic.call("PATCH", f"/api/bookings/{left['id']}/cancel", {})
    start = datetime.now(UTC) + timedelta(minutes=MINUTES + 1) + SOON
    body = {"serviceId": service_id, "startsAt": start.replace(second=0, microsecond=0).isoformat()}
    return _send(run, "POST", "/api/bookings", body | {"customerId": customer.id}, "book", login=PARTNER)


def due(booked: Step) -> datetime:
    """Return when the reminder of a call is due."""
    return datetime.fromisoformat(booked.booking["startsAt"]) - timedelta(minutes=MINUTES)


def remind(run: DemoRun, booked: Step) -> Step:
    """Wait until the customer is reminded of a call, and cancel it. Raises DemoError."""
    booking = booked.booking
    started = time.perf_counter() + (due(booked) - datetime.now(UTC)).total_seconds()

    def concerns(received: Received) -> bool:
        about = received.data.get("data", received.data)
        return received.data.get("type") == REMINDER and about.get("bookingId") == booking["id"]

    wanted = {(CUSTOMER, name, REMINDER) for name in NOTICES}
    found = run.expect(wanted, concerns, started, 0, since=booked.result.started, patience=LATE)
    run.clients[PARTNER].call("PATCH", f"/api/bookings/{booking['id']}/cancel", {"reason": "It was a demo."})
    return Step(CUSTOMER, "the reminder is due", booking, found)


def _calls(clinic: Client) -> str:
    """Return the id of the clinic's service of calls; the first demo adds it."""
    found = clinic.call("GET", f"/api/services?partnerId={clinic.id}&q={quote(CALL['name'])}")["services"]
    service = found[0] if found else clinic.call("POST", "/api/services", CALL)["service"]
    return str(service["id"])


def _free(customer: Client, partner_id: str) -> list[Json]:
    """Return the bodies with which the free times of the service can be booked."""
    found = customer.call("GET", f"/api/services?partnerId={partner_id}&q={SERVICE}")["services"]
    today = datetime.now(UTC).date()
    query = f"serviceId={found[0]['id']}&from={today + timedelta(days=1)}&to={today + timedelta(days=DAYS)}"
    days = customer.call("GET", f"/api/bookings/slots?{query}")["slots"][found[0]["id"]]
    starts = [each["startsAt"] for day in sorted(days) for each in days[day]]
    return [{"serviceId": found[0]["id"], "startsAt": start} for start in starts]


def _send(run: DemoRun, method: str, path: str, body: Json, action: str, *, login: str = CUSTOMER) -> Step:
    client = run.clients[login]
    started = time.perf_counter()
    booking = client.call(method, path, body)["booking"]
    took = (time.perf_counter() - started) * 1000

    def concerns(received: Received) -> bool:
        return received.data.get("bookingId") == booking["id"] and received.data.get("action") == action

    wanted = {(each, EVENT, booking["status"]) for each in (CUSTOMER, PARTNER)}
    return Step(login, f"{method} {short(path)}", booking, run.expect(wanted, concerns, started, took))

"""PetPro's guide, word for word, with `socketService` and `useSocket` of the client, in a browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from metaia.core.json import Json
from tests.e2e import stack as e2e_stack
from tests.e2e.stack import stack
from tests.seeds import pages
from tests.support.people import Person, World
from tools.chromium import Browser

pytestmark = pytest.mark.browser
GUIDE = pages.HERE / "code" / "petpro"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What the guide leaves to the app: its imports, and the two components around its effects.
BEGIN = """
import { useEffect } from "react";
import { createRoot } from "react-dom/client";
import { setSocketServer, socketService } from "@metaia/client";
import { SocketProvider, useSocket } from "@metaia/client/react";

setSocketServer("http://localhost:5000");
const jwtToken = "YOUR_JWT_TOKEN";
const selectedBooking = { id: "booking-123" };
const booking = selectedBooking;
const seen = { page: [], screen: [] };
const watched = (name) => Object.create(socketService, { subscribeToBookingUpdates: { value: (id, callback) =>
  socketService.subscribeToBookingUpdates(id, (data) => (seen[name].push(data), callback(data))) } });
"""
END = """
createRoot(document.getElementById("root")).render(<>
  <SocketProvider service={watched("page")} token={jwtToken}><BookingsPage /></SocketProvider>
  <SocketProvider service={watched("screen")} token={jwtToken}><BookingDetailsScreen /></SocketProvider>
</>);
Object.assign(window, { seen, unsubscribe, socketService });
"""
LOGGED = "logs.filter(([text]) => text === 'Booking updated:').map(([, { status }]) => status)"


def part(name: str) -> str:
    return (GUIDE / name).read_text()


def component(name: str) -> str:
    """Return the component of an app whose effects are those of the guide."""
    return f"function {name}() {{\n{part(f'{name}.jsx')}\nreturn null;\n}}"


def page() -> str:
    """Return the code of the page: the guide's snippets in the order in which an app has them."""
    return "\n".join(
        (
            BEGIN,
            (pages.HERE / "frame.js").read_text(),
            part("connect.js"),
            part("rooms.js"),
            part("events.js"),
            component("BookingsPage"),
            component("BookingDetailsScreen"),
            END,
        )
    )


def booked(customer: Person, partner: Person) -> Json:
    """Let a partner offer a service at all hours, on request; return a booking of the customer."""
    always = {day: [{"from": "00:00", "to": "24:00"}] for day in DAYS}
    assert partner.put("/api/availability/weekly", json={"weekly": always}).status_code == 200
    body = {"name": "Grooming", "durationMinutes": 60, "price": 900, "confirmation": "request"}
    service = partner.post("/api/services", json=body).json()["data"]["service"]
    starts_at = (datetime.now(UTC) + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
    wanted = {"serviceId": service["id"], "startsAt": starts_at.isoformat()}
    made: Json = customer.post("/api/bookings", json=wanted).json()["data"]["booking"]
    return made


def test_the_guides_snippets_follow_a_booking(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(e2e_stack, "SECONDS", 60.0)  # Chromium starts on the same processors
    folder = tmp_path / "pages"
    folder.mkdir()
    with (
        pages.served(folder) as origin,
        stack(environment, tmp_path) as (own, _),
        Browser(*pages.flags(own.port)) as browser,
    ):
        own.web(CORS_ORIGINS=origin, TRUSTED_HOSTS="localhost")
        with World(own.url) as world:
            customer, partner = world.person(), world.person("tailor")
            booking = booked(customer, partner)
            pages.bundle(folder, "petpro", page().replace("booking-123", booking["id"]), customer.token)
            tab = browser.open()
            tab.go(f"{origin}/petpro.html")
            tab.until("socketService.isConnected")
            path = f"/api/bookings/{booking['id']}"
            partner.patch(f"{path}/confirm", json={})
            tab.until(f"{LOGGED}.at(-1) === 'confirmed'")
            tab.until(
                "seen.page.at(-1)?.status === 'confirmed' && seen.screen.at(-1)?.status === 'confirmed'"
            )
            assert tab.run("seen.page.at(-1).bookingId") == booking["id"]
            assert "customerInfo" not in tab.run("seen.page.at(-1).booking")
            tab.run("unsubscribe()")
            partner.patch(f"{path}/cancel", json={"reason": "closed"})
            tab.until("seen.page.at(-1).status === 'cancelled' && seen.screen.at(-1).status === 'cancelled'")
            assert tab.run(f"{LOGGED}.at(-1)") == "confirmed"
            assert [one for one in tab.errors if "favicon" not in one] == []
            tab.close()

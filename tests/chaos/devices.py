"""The clients of a run: plans for `clients.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.people import PASSWORD, Person

EVERY_WAY = ["socketio", "websocket", "stream", "polling"]
LIFE = 5.0  # seconds until a token expires


@dataclass
class Device:
    """A client of a person: its kinds of connection, their average length and its time per event, both in seconds.

    Its token may expire, and the client may renew it in time; it may follow the rooms of orders.
    """

    name: str
    person: Person
    kinds: list[str]
    stays: float = 4.0
    pause: float = 0.0
    ends: bool = False
    renews: bool = False
    follows: list[str] = field(default_factory=list)  # ids of orders
    cursor: str | None = None
    what: str = "client"

    @property
    def rooms(self) -> list[str]:
        """Return the rooms that the client joins automatically, its person's own first."""
        return [f"user-{self.person.id}", f"{self.person.user['role']}-room"]

    def plan(self, seed: str, secret: str, record: Path) -> dict[str, Any]:
        """Return the plan for its program."""
        login = {"email": self.person.user["email"], "password": PASSWORD}
        plan = {
            name: vars(self)[name]
            for name in ("kinds", "stays", "pause", "renews", "follows", "cursor", "what")
        }
        return plan | {
            "token": self.person.token,
            "ending": {"login": login, "secret": secret, "seconds": LIFE} if self.ends else None,
            "record": str(record),
            "seed": f"{seed} {self.name}",
        }


def of_actors(customers: list[Person], tailor: Person, courier: Person, admin: Person) -> list[Device]:
    """Return the devices of all users; the program of the first one is suspended at times."""
    orders = [person.order(partnerId=tailor.id, notes=person.id)["id"] for person in customers[2:4]]
    start = str(admin.get("/api/sync").json()["data"]["cursor"])
    ways = zip(EVERY_WAY, customers[2:], strict=True)
    return [
        Device("frozen", customers[0], ["websocket"], stays=1000),
        Device("slow", customers[1], ["websocket"], stays=20, pause=0.004),
        *(Device(way, person, [way], stays=8, ends=True) for way, person in ways),
        Device("renewing", customers[2], ["socketio"], 1000, ends=True, renews=True, follows=orders[:1]),
        Device("tailor", tailor, EVERY_WAY),
        Device("tailor2", tailor, ["socketio"], stays=12, follows=orders),
        Device("courier", courier, ["socketio", "websocket"]),
        Device("admin", admin, EVERY_WAY, follows=orders[1:]),
        Device("timing", admin, ["timing"], stays=6, cursor=start, what="timing"),
    ]

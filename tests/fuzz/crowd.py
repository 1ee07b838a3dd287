"""Who asks, and about what: somebody of each role, and the ids, addresses and tokens that exist."""

from __future__ import annotations

from typing import Any

import jwt

from metaia.core.access.permissions import ROLES, SELF_REGISTERED
from tests.support.people import PASSWORD, Person, World
from tests.support.waiting import send_numbered

NOBODY = "nobody"
ASKING = (NOBODY, *sorted(ROLES))
USERS = ("user", "customer", "partner", "delivery_partner")  # kinds of ids that are users'
GONE = {"session_ended", "account_inactive", "token_invalid"}


class Crowd:
    """One of each role. Who has logged out, or been thrown out, is replaced by somebody new."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._people: dict[str, Person] = {}
        self.things: dict[str, list[Any]] = {"password": [PASSWORD], "current_password": [PASSWORD]}
        for role in sorted(ROLES):
            self.renew(role)

    def headers(self, who: str) -> dict[str, str]:
        """Return what tells the server who asks."""
        return {} if who == NOBODY else {"Authorization": f"Bearer {self._people[who].token}"}

    def person(self, role: str) -> Person:
        return self._people[role]

    def renew(self, role: str) -> None:
        """Let somebody new take a role, and let there be things of theirs."""
        own = role in SELF_REGISTERED
        person = self.world.person(role) if own else self.world.staff(role)
        self._people[role] = person
        for kind in USERS:
            self._there_is(kind, person.id)
        self._there_is("session", str(jwt.decode(person.token, options={"verify_signature": False})["sid"]))
        self._there_is("email", person.user["email"])
        self._there_is("refresh_token", person.refresh_token)
        self._there_is("token", person.token)
        send_numbered(person, 1)

    def gather(self) -> None:
        """Let everybody be there, and two orders that nothing has happened to: one is the tailor's, one nobody's."""
        for role, person in list(self._people.items()):
            if person.get("/api/auth/me").status_code == 401:
                self.renew(role)
        customer, tailor = self._people["customer"], self._people["tailor"]
        self.things["order"] = [customer.order(partnerId=tailor.id)["id"], customer.order()["id"]]
        notes = tailor.get("/api/notifications").json()["data"]["notifications"]
        self.things["notification"] = [note["id"] for note in notes[:3]]

    def _there_is(self, kind: str, thing: str) -> None:
        self.things[kind] = [*self.things.get(kind, []), thing][-10:]

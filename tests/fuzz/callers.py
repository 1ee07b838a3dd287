"""The callers of the fuzz run: a user per role, and the existing ids, e-mail addresses and tokens."""

from __future__ import annotations

from typing import Any

import jwt

from metaia.chat.restrictions import service as restrictions
from metaia.core.access.permissions import ROLES, SELF_REGISTERED
from metaia.core.times import now
from tests.fuzz.cases import kind_of
from tests.security import matrix_objects, matrix_shops
from tests.support import catalogues, chats
from tests.support.offers import insert_offer
from tests.support.people import PASSWORD, Person, World
from tests.support.reviews import insert_order, insert_review
from tests.support.waiting import send_numbered

ANONYMOUS = "anonymous"
CALLERS = (ANONYMOUS, *sorted(ROLES))
# kinds of ids that belong to users
USERS = (
    "user",
    "customer",
    "partner",
    "delivery_partner",
    "recipient",
    "participant",
    "assignee",
    "sender",
)
SESSION_ENDED = {"session_ended", "account_inactive", "token_invalid"}


class Callers:
    """A user of each role. Users with an ended session are replaced by new ones."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._people: dict[str, Person] = {}
        self.objects: dict[str, list[Any]] = {"password": [PASSWORD], "current_password": [PASSWORD]}
        for role in sorted(ROLES):
            self.replace(role)

    def headers(self, caller: str) -> dict[str, str]:
        """Return the headers of a caller. Schemathesis accepts encodings that its WSGI client does not decode."""
        accepted = {"Accept-Encoding": "identity"}
        if caller == ANONYMOUS:
            return accepted
        return accepted | {"Authorization": f"Bearer {self._people[caller].token}"}

    def person(self, role: str) -> Person:
        return self._people[role]

    def replace(self, role: str) -> None:
        """Create a new user for a role, with objects."""
        own = role in SELF_REGISTERED
        person = self.world.person(role) if own else self.world.staff(role)
        self._people[role] = person
        for kind in USERS:
            self._add(kind, person.id)
        self._add("session", str(jwt.decode(person.token, options={"verify_signature": False})["sid"]))
        self._add("email", person.user["email"])
        self._add("refresh_token", person.refresh_token)
        self._add("token", person.token)
        send_numbered(person, 1)

    def refresh(self) -> None:
        """Replace users with an ended session; create offers and two pending orders, one of them with no partner."""
        for role, person in list(self._people.items()):
            if person.get("/api/auth/me").status_code == 401:
                self.replace(role)
        customer, tailor = self._people["customer"], self._people["tailor"]
        self.objects["order"] = [
            insert_order(customer.id, tailor.id, status="pending"),  # its shop may take none over HTTP by now
            customer.order()["id"],
        ]
        self.objects["deal"] = self.objects["order"]
        makers = (customer, tailor)
        self.objects["offer"] = [insert_offer(tailor.id, customer.id, maker_id=each.id).id for each in makers]
        self._talk()
        self._shop(customer, tailor)
        notes = tailor.get("/api/notifications").json()["data"]["notifications"]
        self.objects["notification"] = [note["id"] for note in notes[:3]]

    def _talk(self) -> None:
        """Begin a group of all callers, which a partner owns, with messages and a call for support."""
        people, owner = list(self._people.values()), self._people["tailor"]
        restrictions.lift(owner.id)  # staff has restricted every caller by now
        group = chats.conversation(*people, kind="group", owner=owner)
        sent = [chats.send(owner, group)["id"], matrix_objects.message(owner, self._people["customer"])]
        self.objects |= {"conversation": [group], "message": sent, "reply_to": sent, "emoji": ["👍", "❤"]}
        self.objects["report"] = [matrix_objects.report(owner)]

    def _shop(self, customer: Person, tailor: Person) -> None:
        """Give the tailor a shop with one of each part, a review, and an order that couriers may claim."""
        courier = self._people["delivery"]
        matrix_objects.begin_shift(courier)
        ended = insert_order(customer.id, tailor.id, courier_id=courier.id)
        wanted = insert_order(customer.id, tailor.id, status="ready", courier_wanted_at=now())
        self.objects["order"] = [*self.objects["order"], ended]
        self.objects["delivery"] = [matrix_objects.offer_order(wanted)]
        self.objects["review"] = [insert_review(customer.id, tailor.id)]
        self.objects |= {kind_of(name): [catalogues.thing(name, tailor)] for name in catalogues.IDS}
        self.objects |= {
            kind_of(name): [make(tailor), make(customer)] for name, make in matrix_shops.MADE.items()
        }

    def _add(self, kind: str, thing: str) -> None:
        self.objects[kind] = [*self.objects.get(kind, []), thing][-10:]

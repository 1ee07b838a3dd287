"""The people and things of the matrix: an actor of each kind; what is theirs, what is not, and what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import jwt
import pytest
from flask import Flask
from sqlalchemy import update

from metaia.auth.second_factor.models import SecondFactor
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.orders.models import OrderRow
from tests.security import matrix_objects as told
from tests.security.matrix_table import PARTNERS, SELF_REGISTERED, STAFF
from tests.support.people import PASSWORD, Person, Socket, World
from tests.support.staff_browser import Browser

OWN, FOREIGN, AN_ADMINS, ABSENT = "own", "foreign", "an_admins", "absent"
# what an address or an event can name, and what of it there is
THINGS = dict.fromkeys(
    ("order_id", "notification_id", "delivery_id", "device_id", "unsubscribe_token", "campaign_id", "session_id",
     "partner_id", "token"), (OWN, FOREIGN, ABSENT),
) | {"user_id": (OWN, FOREIGN, AN_ADMINS, ABSENT), "webhook_id": (FOREIGN, ABSENT)}  # fmt: skip
# the status in which an order is when an action is asked for; elsewhere it is pending
STARTS = {"ready": "accepted", "dispatch": "ready", "deliver": "out_for_delivery", "complete": "delivered"}


class Stage:
    """Makes what a cell needs; what can be used again is."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        self.stranger, self.courier = world.person("tailor"), world.person("delivery")
        self.an_admin = world.staff("admin")
        self.customer = world.person("customer")
        self._order_id = self.customer.order()["id"]
        self._people: dict[str, Person | None] = {}
        self._sockets: dict[str, Socket] = {}
        self._browsers: dict[str, Browser] = {}

    def person(self, actor: str, *, fresh: bool = False) -> Person | None:
        """Return who an actor is, None for nobody; with `fresh`, somebody whom no other cell knows."""
        if fresh:
            return self._made(actor)
        if actor not in self._people:
            self._people[actor] = self._made(actor)
        return self._people[actor]

    def socket(self, actor: str) -> Socket:
        """Return an actor's Socket.IO client. Raises socketio's ConnectionError for who is refused."""
        if actor not in self._sockets:
            person = self.person(actor)
            self._sockets[actor] = self.world.socket(auth={"token": person.token} if person else {})
        return self._sockets[actor]

    def browser(self, actor: str, *, fresh: bool = False) -> Browser:
        """Return an actor's browser, logged in on staff's pages if it can be; with `fresh`, another one."""
        if fresh or actor not in self._browsers:
            browser, person = Browser(self.world.url), self.person(actor)
            if person is not None:
                browser.http.headers["Authorization"] = f"Bearer {person.token}"  # it opens no page
                with self._requiring(actor):
                    browser.log_in(person.user["email"])
            if fresh:
                return browser
            self._browsers[actor] = browser
        return self._browsers[actor]

    def thing(self, name: str, kind: str, person: Person | None, action: str) -> str:
        """Return what to put where an address or event says `name`; an order is ready for `action`."""
        if kind == ABSENT:
            return new_id()
        others = {FOREIGN: self.stranger, AN_ADMINS: self.an_admin}
        whose = others.get(kind) or person or self.stranger  # nobody has nothing
        match name:
            case "order_id":
                return self._order(whose, STARTS.get(action, "pending"))
            case "notification_id":
                return told.notification(whose)
            case "delivery_id":
                return told.delivery(whose)
            case "device_id":
                return told.device(whose)
            case "unsubscribe_token":
                return told.unsubscribe_token(whose)
            case "campaign_id":
                return told.campaign(whose, action)
            case "webhook_id":
                return told.webhook()
            case "session_id":
                return str(jwt.decode(self._login(whose), options={"verify_signature": False})["sid"])
            case "token":
                return whose.token if whose is person else self._login(whose)
            case "user_id" if action == "remove-second-factor" and kind != OWN:
                return self._with_second_factor("admin" if kind == AN_ADMINS else "tailor")
            case _:
                return whose.id

    def _with_second_factor(self, role: str) -> str:
        """Return the id of somebody who has lost their second factor; nobody else needs them to log in."""
        person = self.world.staff(role) if role in STAFF else self.world.person(role)
        moment = now()
        with db.transaction():
            db.append(
                SecondFactor,
                user_id=person.id,
                secret=b"lost",
                last_step=0,
                created_at=moment,
                confirmed_at=moment,
            )
        return person.id

    def _made(self, actor: str) -> Person | None:
        if actor == "nobody":
            return None
        if actor in SELF_REGISTERED:
            return self.world.person(actor)
        if actor == "looking":
            path = f"/api/admin/users/{self.world.person().id}/impersonate"
            lent = self.world.staff("support").post(path, {"reason": "because of a test"})
            return Person(self.world, lent.json()["data"] | {"refreshToken": ""})
        with self._requiring(actor):
            return self.world.staff("super_admin" if actor == "limited" else actor)

    @contextmanager
    def _requiring(self, actor: str) -> Iterator[None]:
        """Let staff need a second factor for as long as it is a limited one who logs in."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(self.app.config, "REQUIRE_SECOND_FACTOR", actor == "limited")
            yield

    def _login(self, person: Person) -> str:
        body = {"email": person.user["email"], "password": PASSWORD}
        return str(self.world.call("POST", "/api/auth/login", json=body).json()["data"]["accessToken"])

    def _order(self, whose: Person, status: str) -> str:
        """Return the one order there is, which is now theirs: changed by hand, as hundreds of cells need one."""
        role = whose.user["role"]
        values = {
            "status": status,
            "customer_id": whose.id if role == "customer" else self.customer.id,
            "partner_id": whose.id if role in PARTNERS else None if role in STAFF else self.stranger.id,
            "courier_id": whose.id if role == "delivery" else None,
        }
        with db.transaction():
            db.execute(update(OrderRow).where(OrderRow.id == self._order_id).values(**values))
        return str(self._order_id)

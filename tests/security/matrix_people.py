"""The actors and objects of the matrix: an actor of each kind, and objects that are own, foreign or absent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jwt
import pytest
from flask import Flask
from sqlalchemy import update

from metaia.auth.second_factor.models import SecondFactor
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.orders.models import OrderRow
from metaia.orders.state import WITH_COURIER
from tests.security import matrix_hooks, matrix_objects, matrix_shops
from tests.security.matrix_table import PARTNERS, SELF_REGISTERED, STAFF
from tests.support import catalogues, chats, operations, shipments
from tests.support.bookings import insert_booking
from tests.support.failures import insert_error
from tests.support.media import insert_media
from tests.support.offers import insert_offer
from tests.support.people import PASSWORD, Person, Socket, World
from tests.support.reviews import insert_review
from tests.support.staff_browser import Browser

OWN, FOREIGN, OF_ADMIN, ABSENT = "own", "foreign", "of_admin", "absent"
# ids in paths and events, with the kinds of objects that exist of each
OBJECTS = dict.fromkeys(
    ("order_id", "notification_id", "delivery_id", "device_id", "unsubscribe_token", "campaign_id", "session_id",
     "partner_id", "suppression_id", "token", "media_id", "booking_id", "deal_id",
     "operation_id"), (OWN, FOREIGN, ABSENT),
) | {"user_id": (OWN, FOREIGN, OF_ADMIN, ABSENT), "webhook_id": (FOREIGN, ABSENT), "posting_id": (FOREIGN, ABSENT),
     "fingerprint": (FOREIGN, ABSENT),
     "replay_id": (FOREIGN, ABSENT),
     "adjustment_id": (OWN, FOREIGN, ABSENT), "payout_id": (OWN, FOREIGN, ABSENT),
     "request_id": (OWN, FOREIGN, ABSENT),
     **dict.fromkeys(("courier_id", "order_delivery_id"), (OWN, FOREIGN, ABSENT)),
     **dict.fromkeys(("service_id", "calendar_id", "wait_id"), (OWN, FOREIGN, ABSENT)),
     **dict.fromkeys(("conversation_id", "message_id", "report_id"), (OWN, FOREIGN, ABSENT)),
     **dict.fromkeys(("offer_id", "review_id", *catalogues.IDS, *matrix_shops.MADE), (OWN, FOREIGN, ABSENT)),
     **dict.fromkeys(matrix_hooks.MADE, (OWN, FOREIGN, ABSENT)),
     **dict.fromkeys(("payment_id", "refund_id", "dispute_id"), (OWN, FOREIGN, ABSENT))}  # fmt: skip
# the status of an order before an action; otherwise it is pending
INITIAL_STATUS = {
    "ready": "accepted",
    "shipments": "accepted",
    "dispatch": "ready",
    "deliver": "out_for_delivery",
    "complete": "delivered",
    **dict.fromkeys(
        ("request-courier", "cancel-courier", "release", "unassign", "delivery-code"), "accepted"
    ),
    **dict.fromkeys(("report-problem", "return"), "out_for_delivery"),
}
# the status of a profile before a decision of an admin
SHOP_STATUS = {"approve": "in_review", "return": "in_review", "hide": "published", "show": "hidden"}


class MatrixWorld:
    """Creates the users, clients and objects of cells, and reuses them where possible."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.http = app, world
        self.other, self.courier = world.person("tailor"), world.person("delivery")
        self.an_admin = world.staff("admin")
        self.customer = world.person("customer")
        self._order_id = self.customer.order()["id"]
        self._people: dict[str, Person | None] = {}
        self._sockets: dict[str, Socket] = {}
        self._browsers: dict[str, Browser] = {}

    def person(self, actor: str, *, fresh: bool = False) -> Person | None:
        """Return the user of an actor, None for anonymous; with `fresh` a new user for this cell only."""
        if fresh:
            return self._create(actor)
        if actor not in self._people:
            created = self._people[actor] = self._create(actor)
            if created is not None and actor in PARTNERS:
                catalogues.shop_of(created)
        return self._people[actor]

    def socket(self, actor: str) -> Socket:
        """Return the Socket.IO client of an actor. Raises socketio's ConnectionError if it is refused."""
        if actor not in self._sockets:
            person = self.person(actor)
            self._sockets[actor] = self.http.socket(auth={"token": person.token} if person else {})
        return self._sockets[actor]

    def browser(self, actor: str, *, fresh: bool = False) -> Browser:
        """Return the browser of an actor, logged in to the console if allowed; with `fresh` a new one."""
        if fresh or actor not in self._browsers:
            browser, person = Browser(self.http.url), self.person(actor)
            if person is not None:
                browser.http.headers["Authorization"] = f"Bearer {person.token}"  # the console ignores it
                with self._requiring(actor):
                    browser.log_in(person.user["email"])
            if fresh:
                return browser
            self._browsers[actor] = browser
        return self._browsers[actor]

    def object_id(self, name: str, kind: str, person: Person | None, action: str) -> str:
        """Return the id for the placeholder `name` in a path or event; an order gets the status for `action`."""
        if kind == ABSENT:
            return new_id()
        others = {FOREIGN: self.other, OF_ADMIN: self.an_admin}
        owner = others.get(kind) or person or self.other  # anonymous callers own nothing
        match name:
            case "order_id" | "deal_id":  # the order is the beginning of its deal
                return self._order(owner, INITIAL_STATUS.get(action, "pending"), action)
            case "order_delivery_id":
                self._order(owner, "ready", action if action in matrix_objects.ON_OFFER else "unassign")
                return matrix_objects.offer_order(self._order_id)
            case "courier_id":
                matrix_objects.begin_shift(owner)
                return owner.id
            case "booking_id":
                return self._booking(owner, action)
            case "offer_id":
                return self._offer(owner, action)
            case "review_id":
                return self._review(owner)
            case "partner_id" if action == "follow" and kind == FOREIGN:
                return matrix_objects.published(owner)
            case "notification_id":
                return matrix_objects.notification(owner)
            case "delivery_id":
                return matrix_objects.delivery(owner)
            case "media_id":
                status = "hidden" if action == "show" else "ready"
                return insert_media(
                    owner, status=status, due_at=None
                ).id  # no orphan: their number is limited
            case "device_id":
                return matrix_objects.device(owner)
            case "unsubscribe_token":
                return matrix_objects.unsubscribe_token(owner)
            case "suppression_id":
                return matrix_objects.suppression(owner)
            case "campaign_id":
                return matrix_objects.campaign(owner, action)
            case "fingerprint":
                return insert_error()
            case "operation_id":
                return operations.row_of(owner, action)
            case "webhook_id":
                return matrix_objects.webhook()
            case "replay_id":
                return matrix_objects.replay(self.an_admin)
            case "posting_id":
                return matrix_objects.posting()
            case "adjustment_id":
                return matrix_objects.adjustment(self.an_admin if kind == FOREIGN else owner)
            case "request_id":
                return matrix_objects.credit_request(owner if kind == OWN else self.customer)
            case "payout_id":
                return matrix_objects.payout(owner, action)
            case "payment_id":
                return matrix_objects.payment(owner)
            case "refund_id":
                return matrix_objects.refund(owner, action)
            case "partner_id" if action in SHOP_STATUS:
                return matrix_objects.shop(owner, SHOP_STATUS[action])
            case "service_id":
                return matrix_objects.service(owner)
            case _ if name in catalogues.IDS:
                return catalogues.thing(name, owner)
            case "partner_id" if action in {"menu", "posts"}:
                return catalogues.shop_of(owner)
            case _ if name in matrix_shops.MADE:
                return matrix_shops.MADE[name](owner)
            case _ if name in matrix_hooks.MADE:
                return matrix_hooks.MADE[name](owner)
            case "wait_id":
                return matrix_objects.wait(owner)
            case "calendar_id":
                return matrix_objects.calendar(owner)
            case "conversation_id":
                return chats.conversation(owner, self.customer, kind="group", owner=owner)
            case "report_id":
                return matrix_objects.report(owner)
            case "message_id":
                return matrix_objects.message(owner, self.customer)
            case "dispute_id":
                return matrix_objects.dispute(owner)
            case "session_id":
                return str(jwt.decode(self._login(owner), options={"verify_signature": False})["sid"])
            case "token":
                return owner.token if owner is person else self._login(owner)
            case "user_id" if action == "remove-second-factor" and kind != OWN:
                return self._with_second_factor("admin" if kind == OF_ADMIN else "tailor")
            case _:
                return owner.id

    def _with_second_factor(self, role: str) -> str:
        """Return the id of a new user with a second factor; a shared user could not log in any more."""
        person = self.http.staff(role) if role in STAFF else self.http.person(role)
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

    def _create(self, actor: str) -> Person | None:
        if actor == "anonymous":
            return None
        if actor in SELF_REGISTERED:
            person = self.http.person(actor)
            if actor == "delivery":
                matrix_objects.begin_shift(person)
            return person
        if actor == "impersonated":
            path = f"/api/admin/users/{self.http.person().id}/impersonate"
            answer = self.http.staff("support").post(path, {"reason": "because of a test"})
            return Person(self.http, answer.json()["data"] | {"refreshToken": ""})
        with self._requiring(actor):
            return self.http.staff("super_admin" if actor == "mfa_pending" else actor)

    @contextmanager
    def _requiring(self, actor: str) -> Iterator[None]:
        """Require a second factor of staff while an actor `mfa_pending` logs in."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(self.app.config, "REQUIRE_SECOND_FACTOR", actor == "mfa_pending")
            yield

    def _login(self, person: Person) -> str:
        body = {"email": person.user["email"], "password": PASSWORD}
        return str(self.http.call("POST", "/api/auth/login", json=body).json()["data"]["accessToken"])

    def _booking(self, owner: Person, action: str) -> str:
        """Return a new booking of `owner`, in a status that allows `action`; couriers and staff have none."""
        role = owner.user["role"]
        customer = owner if role == "customer" else self.customer
        partner = owner if role in PARTNERS else self.other
        return insert_booking(
            customer.id, partner.id, action, proposed_by="partner" if customer is owner else "customer"
        )

    def _review(self, owner: Person) -> str:
        """Return a new review that `owner` has written, or has got; staff has neither."""
        role = owner.user["role"]
        author = owner if role == "customer" else self.customer
        partner = owner if role in PARTNERS else self.other
        return insert_review(author.id, partner.id, courier_id=owner.id if role == "delivery" else None)

    def _offer(self, owner: Person, action: str) -> str:
        """Return a new offer that `owner` can answer, or has made; couriers and staff have none."""
        role = owner.user["role"]
        buyer = owner if role == "customer" else self.customer
        seller = owner if role in PARTNERS else self.other
        answers = seller if buyer is owner else buyer
        maker = owner if action in {"revise", "withdraw"} and owner in (buyer, seller) else answers
        return insert_offer(seller.id, buyer.id, maker_id=maker.id).id

    def _order(self, owner: Person, status: str, action: str) -> str:
        """Return the one order of the matrix, updated to belong to `owner`: hundreds of new orders would be slow."""
        role = owner.user["role"]
        values: dict[str, Any] = {
            "status": status,
            "customer_id": owner.id if role == "customer" else self.customer.id,
            "partner_id": owner.id if role in PARTNERS else None if role in STAFF else self.other.id,
            "courier_id": owner.id if role == "delivery" else None,
            "courier_wanted_at": None,
            "proof_needed": None,
        }
        if role != "delivery" and action in WITH_COURIER:
            values["courier_id"] = self.courier.id
        if action in {"cancel-courier", *matrix_objects.ON_OFFER}:
            values |= {"courier_id": None, "courier_wanted_at": now()}
        if action == "delivery-code":
            values["proof_needed"] = {"code": True, "photo": False, "signature": False}
        if action == "shipments":
            shipments.delete_of(self._order_id)
        with db.transaction():
            db.execute(update(OrderRow).where(OrderRow.id == self._order_id).values(**values))
        return str(self._order_id)

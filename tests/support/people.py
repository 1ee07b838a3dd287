"""Users of the tests: each has an account, a REST client and optional sockets."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any, Self

import gevent
import requests
import socketio
from sqlalchemy import update

from metaia.analytics import events as analytics_events
from metaia.auth.passwords import policy as password_policy
from metaia.chat.live import events as chat_events
from metaia.core import db
from metaia.core.json import Json
from metaia.deliveries.tracking import events as tracking_events
from metaia.presence import events as presence_events
from metaia.products.menu import events as menu_events
from metaia.users import service as user_service
from metaia.users.models import User
from metaia.users.state import DISABLED
from tests.support import contract, leaks

PASSWORD = "a-long-enough-password"
EPHEMERAL = {
    event.wire
    for event in (
        *presence_events.EVENTS,
        *chat_events.EVENTS,
        *menu_events.EVENTS,
        *tracking_events.EVENTS,
        *analytics_events.EVENTS,
    )
}
WAIT = 30.0  # seconds; long, because a busy machine is no failure of the product


class Socket:
    """A real Socket.IO client that stores all received events."""

    def __init__(self, url: str, **connect: Any) -> None:
        self.url = url
        self.heard: list[tuple[str, Json]] = []
        self.passing: list[tuple[str, Json]] = []  # ephemeral: other users cause them at any time
        self.client = socketio.Client(reconnection=False)
        self.client.on("*", self._hear)
        self.refusal: Any = None
        self.client.on("connect_error", self._refused)
        self.client.connect(url, **({"transports": ["websocket"], "wait_timeout": WAIT} | connect))

    def _hear(self, name: str, data: Any = None) -> None:
        (self.passing if name in EPHEMERAL else self.heard).append((name, data))

    def _refused(self, data: Any = None) -> None:
        self.refusal = data

    def of(self, name: str) -> list[Json]:
        """Return the data of all received events `name`."""
        return [data for heard, data in (*self.heard, *self.passing) if heard == name]

    def wait(
        self, name: str, count: int = 1, *, where: Callable[[Json], bool] = lambda _: True
    ) -> list[Json]:
        """Wait until `count` events `name` that match `where` have arrived, and return all of them."""
        deadline = time.monotonic() + WAIT
        while len(found := [data for data in self.of(name) if where(data)]) < count:
            assert time.monotonic() < deadline, (
                f"received only {len(found)} {name}; all: {[n for n, _ in self.heard]}"
            )
            gevent.sleep(0.005)
        return found

    def ask(self, name: str, *data: Any) -> Json:
        """Send an event and return its acknowledgement."""
        answer: Json = self.client.call(name, data if len(data) != 1 else data[0], timeout=WAIT)
        contract.check_acknowledgement(self.url, name, answer)
        return answer

    @property
    def cursor(self) -> str:
        """Return the newest cursor, to resume with."""
        return str(next(data["cursor"] for _, data in reversed(self.heard) if data and "cursor" in data))

    def close(self) -> None:
        self.client.disconnect()


class Person:
    """A user with an account and a session."""

    def __init__(self, world: World, answer: Json) -> None:
        self.world = world
        self.id: str = answer["user"]["id"]
        self.user: Json = answer["user"]
        self.token: str = answer["accessToken"]
        self.refresh_token: str = answer["refreshToken"]

    def call(self, method: str, path: str, json: Any = None, **options: Any) -> requests.Response:
        """Call a path with this user's token; the answer is checked against the OpenAPI document."""
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return self.world.call(method, path, json=json, headers=headers, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> requests.Response:
        return self.call("POST", path, json, **options)

    def patch(self, path: str, json: Any = None, **options: Any) -> requests.Response:
        return self.call("PATCH", path, {} if json is None else json, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> requests.Response:
        return self.call("PUT", path, json, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.call("DELETE", path, **options)

    def order(self, **body: Any) -> Json:
        """Place an order and return it."""
        answer = self.post("/api/orders", {"items": [{"name": "Suit", "quantity": 2, "price": 12.5}]} | body)
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]["order"]

    def act(self, order: Json, action: str, **body: Any) -> Json:
        """Perform `action` on an order, and return the changed order."""
        answer = self.patch(f"/api/orders/{order['id']}/{action}", body)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]["order"]

    def socket(self, cursor: str | None = None, **connect: Any) -> Socket:
        """Connect a socket, and wait until its replay is complete."""
        auth = {"token": self.token} | ({"cursor": cursor} if cursor else {})
        return self.world.socket(**({"auth": auth} | connect))


class World:
    """Creates users, and closes their sockets at the end."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False  # each request would look for proxies and .netrc
        self._sockets: list[Socket] = []
        self._staff: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for socket in self._sockets:
            socket.close()
        self.http.close()

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """Call a path without a token; the answer is checked against the OpenAPI document."""
        answer = self.http.request(method, self.url + path, timeout=WAIT, **options)
        leaks.remember(answer)
        contract.check(self.url, method, path, answer)
        return answer

    def person(self, role: str = "customer", **fields: Any) -> Person:
        """Register a user."""
        body = {
            "email": f"{uuid.uuid4().hex}@test.example",
            "password": PASSWORD,
            "name": f"{role.title()} Person",
            "role": role,
        }
        answer = self.call("POST", "/api/auth/register", json=body | fields)
        assert answer.status_code == 201, answer.text
        return Person(self, answer.json()["data"])

    def staff(self, role: str = "admin") -> Person:
        """Create a user of a role that cannot register: support, admin, super_admin. Needs an application context."""
        email = f"{uuid.uuid4().hex}@test.example"
        with db.transaction():
            user_service.create(
                email=email, password_hash=password_policy.hashed(PASSWORD), name=role, phone=None, role=role
            )
        answer = self.call("POST", "/api/auth/login", json={"email": email, "password": PASSWORD})
        person = Person(self, answer.json()["data"])
        self._staff.append(person.id)
        return person

    def dismiss_staff(self) -> None:
        """Disable the staff of this test: active admins would get notifications of orders in later tests."""
        if self._staff:
            with db.transaction():
                closed = {"active": False, "inactive_because": DISABLED}
                db.execute(update(User).where(User.id.in_(self._staff)).values(**closed))

    def socket(self, **connect: Any) -> Socket:
        """Connect a socket and wait until its replay is complete. Raises socketio's ConnectionError if refused."""
        socket = Socket(self.url, **connect)
        self._sockets.append(socket)
        socket.wait("sync", where=lambda data: data["complete"])
        return socket

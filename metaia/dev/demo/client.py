"""One demo user's client: REST and a Socket.IO connection, as an app has them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

import requests
import socketio

from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.dev.demo_data import PASSWORD

SECONDS = 5.0  # timeout of a request


class DemoError(Exception):
    """The scenes cannot be played; the message is the reason in one line."""


@dataclass(frozen=True)
class Received:
    """An event, the login of its receiver, and the time of its arrival (`perf_counter`)."""

    login: str
    name: str
    data: Json
    at: float


class Client:
    """Logs in as a demo user, connects, and puts every received event into `queue` with the time of its arrival.

    python-socketio runs handlers in its own threads; they only take the time and fill the queue.
    """

    def __init__(self, url: str, login: str, queue: SimpleQueue[Received]) -> None:
        self.login = login
        self._url = url
        self._queue = queue
        self._http = requests.Session()
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("*", self._receive)
        answer = self.call(
            "POST", "/api/auth/login", {"email": f"{login}@metaia.example", "password": PASSWORD}
        )
        self.id: str = answer["user"]["id"]
        self._token: str = answer["accessToken"]
        self._http.headers["Authorization"] = f"Bearer {self._token}"

    def connect(self) -> None:
        """Open the socket. Raises DemoError when the server refuses."""
        try:
            self.socket.connect(self._url, auth={"token": self._token}, transports=["websocket"])
        except socketio.exceptions.ConnectionError as error:
            raise DemoError(f"{self.login} cannot connect a socket to {self._url}: {error}") from None

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        """Call the API and return the `data` of its answer. Raises DemoError for every answer that is no success."""
        return self._request(method, path, json=body, timeout=SECONDS)

    def upload(self, name: str, picture: bytes, fields: dict[str, str], wait: int) -> Json:
        """Upload a picture and return its media object; the answer waits at most `wait` seconds. Raises DemoError."""
        data = self._request(
            "POST",
            f"/api/upload/image?wait={wait}",
            files={"file": (name, picture, "image/png")},
            data=fields,
            headers={"Idempotency-Key": new_id()},
            timeout=SECONDS + wait,
        )
        media: Json = data["media"]
        return media

    def can_pay(self, order_id: str) -> bool:
        """Return whether the demo provider can take the payment of an order."""
        try:
            methods = self.call("GET", f"/api/payments/methods?orderId={order_id}")["methods"]
        except DemoError:  # a server that takes no payments
            return False
        return any(each["provider"] == "demo" and each["available"] for each in methods)

    def pay(self, order_id: str) -> Json:
        """Pay an order on the page of the demo provider, and return the order. Raises DemoError."""
        page = self.call("POST", "/api/payments", {"orderId": order_id, "provider": "demo"})["toPay"]["url"]
        try:
            requests.post(f"{page}/pay", timeout=SECONDS, allow_redirects=False).raise_for_status()
        except requests.RequestException as error:
            raise DemoError(f"the page {page} cannot be paid: {type(error).__name__}") from None
        order: Json = self.call("GET", f"/api/orders/{order_id}")["order"]
        return order

    def _request(self, method: str, path: str, **options: Any) -> Json:
        try:
            answer = self._http.request(method, self._url + path, **options)
            content: Json = answer.json()
        except requests.ConnectionError:
            raise DemoError(f"nothing answers at {self._url}; start it with `make run`") from None
        except requests.RequestException as error:
            raise DemoError(f"the answer of {self._url} is not METAIA's: {type(error).__name__}") from None
        if answer.ok:
            data: Json = content["data"]
            return data
        problem = content.get("error", {})
        if problem.get("code") == "wrong_credentials":
            raise DemoError(f"{self._url} has no demo users; `make run` makes them")
        raise DemoError(
            f"{method} {path} was refused: {answer.status_code} {problem.get('code')}: {problem.get('message')}"
        )

    def close(self) -> None:
        """Close the socket and the connection."""
        self.socket.disconnect()
        self._http.close()

    def _receive(self, name: str, data: Any = None) -> None:
        at = time.perf_counter()
        self._queue.put(Received(self.login, name, data if isinstance(data, dict) else {}, at))

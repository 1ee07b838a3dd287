"""One person of the story: REST and a Socket.IO connection, as an app would have them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

import requests
import socketio

from metaia.dev.demo_data import PASSWORD

SECONDS = 5.0  # for an answer
Json = dict[str, Any]


class Sorry(Exception):
    """The story cannot be played; the message says why in one line."""


@dataclass(frozen=True)
class Heard:
    """An event, who heard it, and when it arrived."""

    who: str
    name: str
    data: Json
    at: float


class Client:
    """Logs in as a demo user, connects, and puts everything it hears into `inbox` with the time of its arrival.

    python-socketio runs handlers in threads of its own; they do nothing but take the time and fill the queue.
    """

    def __init__(self, url: str, login: str, inbox: SimpleQueue[Heard]) -> None:
        self.login = login
        self._url = url
        self._inbox = inbox
        self._http = requests.Session()
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("*", self._hear)
        answer = self.call(
            "POST", "/api/auth/login", {"email": f"{login}@metaia.example", "password": PASSWORD}
        )
        self.id: str = answer["user"]["id"]
        self._token: str = answer["accessToken"]
        self._http.headers["Authorization"] = f"Bearer {self._token}"

    def connect(self) -> None:
        """Open the socket. Raises Sorry when the server refuses."""
        try:
            self.socket.connect(self._url, auth={"token": self._token}, transports=["websocket"])
        except socketio.exceptions.ConnectionError as error:
            raise Sorry(f"{self.login} cannot connect a socket to {self._url}: {error}") from None

    def call(self, method: str, path: str, body: Json) -> Json:
        """Call the API and return the answer's data. Raises Sorry for every other answer."""
        try:
            answer = self._http.request(method, self._url + path, json=body, timeout=SECONDS)
            content: Json = answer.json()
        except requests.ConnectionError:
            raise Sorry(f"nothing answers at {self._url}; start it with `make run`") from None
        except requests.RequestException as error:
            raise Sorry(f"{self._url} does not answer as METAIA does: {type(error).__name__}") from None
        if answer.ok:
            data: Json = content["data"]
            return data
        problem = content.get("error", {})
        if problem.get("code") == "wrong_credentials":
            raise Sorry(f"{self._url} has no demo users; `make run` makes them")
        raise Sorry(
            f"{method} {path} was refused: {answer.status_code} {problem.get('code')}: {problem.get('message')}"
        )

    def close(self) -> None:
        """Close the socket and the connection."""
        self.socket.disconnect()
        self._http.close()

    def _hear(self, name: str, data: Any = None) -> None:
        at = time.perf_counter()
        self._inbox.put(Heard(self.login, name, data if isinstance(data, dict) else {}, at))

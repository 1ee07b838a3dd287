"""Receivers of outgoing webhooks: servers of the test, which store what comes and answer as they are told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Self

from metaia.core.json import Json

Reply = tuple[int, dict[str, str], bytes]
OK: Reply = (200, {}, b"")


@dataclass(frozen=True)
class Received:
    """One call."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        found: Json = json.loads(self.body)
        return found

    @property
    def type(self) -> str:
        return str(self.json["type"])

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


class Receiver:
    """Answers challenges, and other calls with `reply(call)`."""

    def __init__(self) -> None:
        self.calls: list[Received] = []
        self.connections = 0
        self.reply: Callable[[Received], Any] = lambda _: OK
        self.echoes = True
        self._server = _Server(("127.0.0.1", 0), _handler(self))

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"{self.origin}/hook?key=1"

    def of(self, type_: str) -> list[Received]:
        """Return the calls of one type."""
        return [call for call in self.calls if call.type == type_]

    @property
    def events(self) -> list[Received]:
        """Return the calls that are about events of the log."""
        return [call for call in self.calls if call.json["sequence"] is not None]

    def answer(self, call: Received) -> Any:
        self.calls.append(call)
        if call.type == "endpoint.verify" and self.echoes:
            return 200, {}, json.dumps({"challenge": call.json["data"]["challenge"]}).encode()
        return self.reply(call)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads, block_on_close = True, False
    request_queue_size = 128

    def server_bind(self) -> None:
        TCPServer.server_bind(self)
        self.server_port = self.server_address[1]


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            found = receiver.answer(Received(self.path, headers, body))
            if callable(found):
                found(self)
                return
            status, more, content = found
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def setup(self) -> None:
            receiver.connections += 1
            super().setup()

        def log_message(self, *_: Any) -> None:
            pass

    return Handler

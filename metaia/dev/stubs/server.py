"""The stub server: one address for all vendors, distinguished by their paths."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Any, Self

from requests.structures import CaseInsensitiveDict

from metaia.core.json import Json
from metaia.dev.stubs import carriers, cloudinary, expo, fcm, sendgrid, twilio, vonage, webpush
from metaia.dev.stubs.demo_payments import server as demo_payments
from metaia.dev.stubs.receipts import send_receipts
from metaia.dev.stubs.vendor import Answer, Call, SentMessage, Vendor, World

Paths = tuple[tuple[str, str, Vendor], ...]
PATHS: Paths = (
    (r"/2010-04-01/Accounts/\w+/Messages\.json", "twilio", twilio.messages),
    (r"/v1/messages", "vonage", vonage.messages),
    (r"/v3/mail/send", "sendgrid", sendgrid.send),
    (r"/v3/(suppression|asm/suppressions)/\w+/[^/]+", "sendgrid lists", sendgrid.clear),
    (r"/token", "google", fcm.token),
    (r"/v1/projects/[\w-]+/messages:send", "fcm", fcm.send),
    (r"/push/[\w-]+", "webpush", webpush.push),
    (r"/--/api/v2/push/send", "expo", expo.send),
    (r"/--/api/v2/push/getReceipts", "expo receipts", expo.get_receipts),
    (demo_payments.PATH, "demo payments", demo_payments.answer),
    *carriers.PATHS,
    (r"/v1_1/.+|(/[\w-]+)?/image/upload/.+", "cloudinary", cloudinary.answer),
)
FOR_EVER = 3600.0
RECEIPT_DELAY = 0.5  # seconds


@dataclass(frozen=True)
class Mood:
    """How a vendor handles one call: `after` seconds later it answers `status` with `content`, or drops the connection.

    With `takes` the message is accepted nevertheless.
    """

    after: float = 0.0
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content: Json | bytes = b""
    drop: bool = False
    takes: bool = False


HANGS = Mood(after=FOR_EVER)


class Stub:
    """Runs in threads of this process.

    `moods` has an iterator by vendor with the behaviour of each call, which may be endless; None in it, and its end,
    mean a normal answer. `receipts` lists the receipts that follow each message: "sent", "delivered", "undelivered".
    `paths` has other vendors than those of messages and files: patterns, names and functions.
    `arrived` has the accepted messages; `asked` counts calls by vendor.
    """

    def __init__(
        self,
        settings: Mapping[str, str],
        keep: Callable[[SentMessage], None] | None = None,
        port: int = 0,
        paths: Paths = PATHS,
    ) -> None:
        self.world = World(settings)
        self._paths = paths
        self.arrived: list[SentMessage] = []
        self.asked: dict[str, int] = {}
        self.connections = 0
        self.moods: dict[str, Iterator[Mood | None]] = {}
        self.receipts: tuple[str, ...] = ()
        self.stopped = threading.Event()
        self._keep = keep or self.arrived.append
        self._server = _Server(("127.0.0.1", port), _handler(self))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def gone(self) -> dict[str, str]:
        """Addresses that no longer exist, with the error code of their vendor, or "" for its usual one."""
        return self.world.gone

    def to(self, *addresses: str) -> list[SentMessage]:
        """Return the messages to one of these addresses."""
        return [arrived for arrived in self.arrived if arrived.to in addresses]

    def answer(self, call: Call) -> Answer | None:
        """Return the answer to a call; None means to drop the connection."""
        name, vendor = next(
            ((name, vendor) for path, name, vendor in self._paths if re.fullmatch(path, call.path)),
            ("", None),
        )
        if vendor is None:
            return Answer(404)
        self.asked[name] = self.asked.get(name, 0) + 1
        mood = next(self.moods.get(name, iter(())), None) or Mood()
        if mood.after and self.stopped.wait(mood.after):
            return None
        plain = mood.status is None and not mood.drop
        answer = vendor(call, self.world) if plain or mood.takes else Answer(0)
        if answer.arrived:
            self._take(answer.arrived)
        if mood.drop:
            return None
        return answer if mood.status is None else Answer(mood.status, mood.content, {**mood.headers})

    def _take(self, arrived: SentMessage) -> None:
        self._keep(arrived)
        if self.receipts and arrived.callback:
            later = threading.Timer(
                RECEIPT_DELAY, send_receipts, (arrived, *self.receipts), {"settings": self.world.settings}
            )
            later.daemon = True
            later.start()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads, block_on_close = True, False
    request_queue_size = 128

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer's own resolves the host name, which can be slow
        self.server_port = self.server_address[1]


def _handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm, wbufsize = True, -1
        timeout = 60

        def setup(self) -> None:
            stub.connections += 1
            super().setup()

        def do_GET(self) -> None:
            self.do_POST()

        def do_DELETE(self) -> None:
            self.do_POST()

        def do_PATCH(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = stub.answer(
                Call(stub.url, self.path, CaseInsensitiveDict(self.headers.items()), body, self.command)
            )
            if answer is None:
                self.close_connection = True
                return
            content = answer.content
            if not isinstance(content, bytes):
                content = json.dumps(content).encode()
            with contextlib.suppress(OSError):  # the client has closed the connection
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if "Content-Type" not in answer.headers:
                    self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Log nothing: `arrived` has the messages."""

    return Handler

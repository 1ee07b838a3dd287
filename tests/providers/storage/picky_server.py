"""An S3-compatible server that refuses what R2, Backblaze and Ceph refuse, and fails as a test wishes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from metaia.providers.storage.s3 import Bucket

REFUSED = (
    "x-amz-checksum-",
    "x-amz-sdk-",
    "x-amz-trailer",
    "x-amz-decoded-",
    "content-encoding",
    "transfer-encoding",
)


@dataclass
class Picky:
    """`answers` are given in this order, then 200s: a status, and a body. `calls` has methods, paths and headers."""

    bucket: Bucket
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    calls: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    stalls: bool = False
    stopped: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving() -> Iterator[Picky]:
    """Give a running server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads, server.block_on_close = True, False
    url = f"http://127.0.0.1:{server.server_address[1]}"
    picky = Picky(Bucket(url, "media", "auto", "test-key-id", "test-secret"))
    server.RequestHandlerClass = _handler(picky)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield picky
    picky.stopped.set()
    server.shutdown()
    server.server_close()


def _handler(picky: Picky) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            picky.calls.append((self.command, self.path, headers))
            if picky.stalls:
                picky.stopped.wait()  # longer than a test may take
                self.close_connection = True
                return
            status, body = picky.answers.pop(0) if picky.answers else (200, b"")
            if any(name.startswith(REFUSED) for name in headers) or "STREAMING" in str(headers):
                status, body = 501, b"<Error><Code>NotImplemented</Code></Error>"
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else body)

        do_GET = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    return Handler

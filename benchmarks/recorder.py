"""`python -m benchmarks.recorder PORT`: a second process of METAIA that records events, as the worker does.

What it commits reaches clients the whole way: outbox, relay, log, feed. It answers the same `POST /bench/emit` as
the peers do inside their servers.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from metaia.app import create_app
from metaia.core import db, outbox
from metaia.core.redis import WAKE_CHANNEL, connect
from metaia.realtime import events

app = create_app()
wake = connect(app.config["REDIS_URL"])


class Handler(BaseHTTPRequestHandler):
    """Handles one request at a time."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with app.app_context(), db.transaction():
            for room in given.get("rooms") or [given["room"]]:
                for _ in range(given["count"]):
                    events.record("notification.created", given["payload"], audience=[room])
        self.do_GET()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


def main() -> None:
    def wake_relay() -> None:
        wake.publish(WAKE_CHANNEL, b"")

    with app.app_context():
        outbox.on_commit(app, "event", wake_relay)
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()


if __name__ == "__main__":
    main()

"""A balancer of TCP connections: `python -m tests.chaos.deploy.balancer plan.json`.

It asks each backend for its readiness several times a second, as platforms do, and gives a new connection to the ready
ones in turn. A backend that refuses the connection is skipped. At the port `directory` it answers with the
port of a ready backend, for clients whose bytes it must not copy.
"""

from gevent import monkey

monkey.patch_all()

import contextlib  # noqa: E402
import http.client  # noqa: E402
import json  # noqa: E402
import resource  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
from gevent.server import StreamServer  # noqa: E402

CHECK_EVERY = 0.25  # seconds
CHECK_SECONDS = 3.0  # after which a check counts as failed
PIECE = 65_536  # bytes


class Balancer:
    """Knows the backends by their ports, and which of them are ready."""

    def __init__(self, ports: list[int]) -> None:
        self.ports = ports
        self.ready: list[int] = []
        self.turn = 0

    def check(self, port: int) -> None:
        """Ask one backend, for ever."""
        while True:
            is_ready = False
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=CHECK_SECONDS)
                with contextlib.closing(connection):
                    connection.request("GET", "/api/system/health/ready")
                    is_ready = connection.getresponse().status == 200
            if is_ready != (port in self.ready):
                self.ready = [*self.ready, port] if is_ready else [one for one in self.ready if one != port]
            gevent.sleep(CHECK_EVERY)

    def serve(self, client: Any, _: object) -> None:
        """Connect a client to a backend, until either side ends."""
        with client:
            backend = self._connect()
            if backend is None:
                return
            with backend:
                there = gevent.spawn(_copy, client, backend)
                _copy(backend, client)
                there.join(timeout=5)

    def name(self, client: Any, _: object) -> None:
        """Send a client the port of a ready backend, as text."""
        with client, contextlib.suppress(OSError):
            while not self.ready:
                gevent.sleep(CHECK_EVERY / 2)
            client.sendall(str(self._next()).encode())

    def _next(self) -> int:
        self.turn += 1
        return self.ready[self.turn % len(self.ready)]

    def _connect(self) -> socket.socket | None:
        for _ in range(2 * len(self.ports)):
            if self.ready:
                with contextlib.suppress(OSError):
                    return socket.create_connection(("127.0.0.1", self._next()), timeout=5)
            gevent.sleep(CHECK_EVERY / 2)
        return None


def _copy(source: Any, target: Any) -> None:
    source.settimeout(None)
    with contextlib.suppress(OSError):
        while data := source.recv(PIECE):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    plan = json.loads(Path(sys.argv[1]).read_text())
    balancer = Balancer(plan["backends"])
    for backend in plan["backends"]:
        gevent.spawn(balancer.check, backend)
    StreamServer(("127.0.0.1", plan["directory"]), balancer.name, backlog=2048).start()
    StreamServer(("127.0.0.1", plan["port"]), balancer.serve, backlog=2048).serve_forever()

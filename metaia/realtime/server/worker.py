"""gunicorn's worker. It imports the handler only after gevent has patched `ssl`, or its modules would block in TLS."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from typing import Any

import gevent
from gevent.pool import Pool
from gunicorn.arbiter import Arbiter
from gunicorn.http.wsgi import base_environ
from gunicorn.workers.ggevent import GeventPyWSGIWorker, PyWSGIServer

from metaia.realtime.transport.handover import set_options

START_SECONDS = 3.0  # after which a worker that lacks PostgreSQL begins to answer health checks
TICK = 0.25  # seconds between two signs of life for gunicorn's master


class Server(PyWSGIServer):  # type: ignore[misc]
    """The HTTP server of one listening socket."""

    draining = False  # its answers end their connections


class Worker(GeventPyWSGIWorker):  # type: ignore[misc]
    """One greenlet per connection, and WebSocket frames in the same server as HTTP. It drains before it exits."""

    def init_process(self) -> None:
        """Start, and serve. A start that is refused with a reason stops gunicorn, which would try again for ever."""
        try:
            super().init_process()
        except SystemExit as stop:
            if not isinstance(stop.code, str):
                raise
            sys.stderr.write(f"{stop.code}\n")
            sys.exit(Arbiter.WORKER_BOOT_ERROR)

    def run(self) -> None:
        """Serve until SIGTERM, then drain; return when the running requests have been answered.

        The socket options also close streams and plain requests of unreachable clients.
        """
        self._await_gate()
        servers = [self._serve(listener) for listener in self.sockets]
        while self.alive:
            self.notify()
            gevent.sleep(TICK)
        deadline = time.monotonic() + self.cfg.graceful_timeout

        def stop_accepting() -> None:
            for server in servers:
                server.close()

        for server in servers:
            server.draining = True
        drain = import_module("metaia.realtime.server.draining").drain
        drain(self.wsgi, stop_accepting, limit=self.cfg.graceful_timeout, beat=self.notify)
        while any(server.pool for server in servers) and time.monotonic() < deadline:
            self.notify()
            gevent.sleep(0.05)
        import_module("metaia.core.observing.reporters").report_all(self.wsgi)

    def _await_gate(self) -> None:
        """Leave new connections to other workers of this port until this one can serve, for START_SECONDS at most."""
        own, until = (
            import_module("metaia.core.http.edge.gate").of(self.wsgi),
            time.monotonic() + START_SECONDS,
        )
        while self.alive and own.waiting_for is not None and time.monotonic() < until:
            self.notify()
            gevent.sleep(0.01)

    def _serve(self, listener: Any) -> Any:
        """Start the HTTP server of `listener`."""
        set_options(listener)
        listener.setblocking(1)
        environ = base_environ(self.cfg) | {"wsgi.multithread": True, "SERVER_SOFTWARE": "METAIA"}
        handler = import_module("metaia.realtime.server.handler").Handler
        pool = Pool(self.worker_connections)
        server = Server(
            listener,
            application=self.wsgi,
            spawn=pool,
            log=self.log,
            handler_class=handler,
            environ=environ,
        )
        server.start()
        return server

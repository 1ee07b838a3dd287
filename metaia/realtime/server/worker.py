"""gunicorn's worker. It imports the handler only after gevent has patched `ssl`, or its modules would block in TLS."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

import gevent
from gevent.pool import Pool
from gunicorn.http.wsgi import base_environ
from gunicorn.workers.ggevent import GeventPyWSGIWorker, PyWSGIServer

from metaia.realtime.transport.handover import set_options

TICK = 0.25  # seconds between two signs of life for gunicorn's master


class Server(PyWSGIServer):  # type: ignore[misc]
    """The HTTP server of one listening socket."""

    draining = False  # its answers end their connections


class Worker(GeventPyWSGIWorker):  # type: ignore[misc]
    """One greenlet per connection, and WebSocket frames in the same server as HTTP. It drains before it exits."""

    def run(self) -> None:
        """Serve until SIGTERM, then drain; return when the running requests have been answered.

        The socket options also close streams and plain requests of unreachable clients.
        """
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

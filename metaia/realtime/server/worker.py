"""gunicorn's worker. It imports the handler only after gevent has patched `ssl`, or its modules would block in TLS."""

from __future__ import annotations

from importlib import import_module

from gunicorn.workers.ggevent import GeventPyWSGIWorker

from metaia.realtime.transport.handover import set_options


class Worker(GeventPyWSGIWorker):  # type: ignore[misc]
    """One greenlet per connection, and WebSocket frames in the same server as HTTP."""

    def run(self) -> None:
        """Serve. The socket options also close streams and plain requests of unreachable clients."""
        self.wsgi_handler = import_module("metaia.realtime.server.handler").Handler
        for listener in self.sockets:
            set_options(listener)
        super().run()

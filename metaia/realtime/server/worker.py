"""gunicorn's worker. It loads the rest of ours once gevent has patched: who had `ssl` before keeps the blocking one."""

from __future__ import annotations

from importlib import import_module

from gunicorn.workers.ggevent import GeventPyWSGIWorker

from metaia.realtime.transport.handover import set_options


class Worker(GeventPyWSGIWorker):  # type: ignore[misc]
    """One greenlet per connection, and WebSocket frames in the same server as HTTP."""

    def run(self) -> None:
        """Serve; streams and plain requests are let go as well when the other side's network is gone."""
        self.wsgi_handler = import_module("metaia.realtime.server.handler").Handler
        for listener in self.sockets:
            set_options(listener)
        super().run()

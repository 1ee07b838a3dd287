"""A real HTTP and WebSocket server in the test's own process, so that coverage and fault injection reach it."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import gevent.socket
from flask import Flask
from gevent.pywsgi import WSGIServer

from metaia.realtime.server.handler import Handler
from metaia.realtime.transport.handover import set_options


class Server:
    """Serves an application on a free loopback port."""

    def __init__(self, app: Flask) -> None:
        listener = gevent.socket.socket()
        set_options(listener)  # as gunicorn's worker does; without TCP_NODELAY it takes 40 ms an answer
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        self._server = WSGIServer(listener, app, handler_class=Handler, log=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with gevent.Timeout(5, False):  # type: ignore[arg-type]
            self._server.stop(timeout=1)

"""A real HTTP and WebSocket server in the test's own process, so that coverage and fault injection reach it."""

from __future__ import annotations

from types import TracebackType

import gevent
from flask import Flask
from gevent.pywsgi import WSGIServer
from geventwebsocket.handler import WebSocketHandler


class Server:
    """Serves an application on a free loopback port."""

    def __init__(self, app: Flask) -> None:
        self._server = WSGIServer(("127.0.0.1", 0), app, handler_class=WebSocketHandler, log=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Server:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with gevent.Timeout(5, False):
            self._server.stop(timeout=1)

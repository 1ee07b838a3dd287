"""The HTTP server's handler of one connection, where gevent's own behaviour is not sufficient.

Plain requests take a faster path than gevent's, small answers leave in one `send`, and slow requests are ended.
"""

from __future__ import annotations

import re
from errno import EHOSTUNREACH, ETIMEDOUT
from math import inf
from typing import Any

import structlog
from gevent.pywsgi import Input, WSGIHandler

from metaia.realtime.server import plain_requests, timeouts
from metaia.realtime.server.upgrades import UpgradingHandler

NUMBER = re.compile(r"[0-9]{1,15}")
TOO_SLOW = ("408", b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
ONE_SEND = 65_536  # bytes; copying a longer body costs more than a second system call
logger = structlog.get_logger(__name__)


class Handler(UpgradingHandler):
    """Serves one connection. A broken network is logged without a stack."""

    ignored_socket_errors = (*UpgradingHandler.ignored_socket_errors, ETIMEDOUT, EHOSTUNREACH)

    until, late, idle = inf, False, False  # see timeouts.HttpConnection

    def handle(self) -> None:
        """Serve all requests of the connection."""
        timeouts.watch(self)
        try:
            super().handle()
        finally:
            timeouts.unwatch(self)

    def handle_one_request(self) -> Any:
        """Wait for the next request and answer it: a plain one here, every other one as gevent does."""
        first = self.environ is None
        self.until = timeouts.deadline(timeouts.HEAD_SECONDS if first else timeouts.IDLE_SECONDS)
        self.idle = True
        try:
            buffered: bytes = self.rfile.peek()
        except (OSError, ValueError):  # the client or a timeout closed the connection
            return None
        finally:
            self.idle = False
        plain = None if self.late else plain_requests.parse(buffered)
        if plain is None:
            return super().handle_one_request()
        self.until = inf
        self._take(plain, len(buffered))
        self.handle_one_response()
        return None if self.close_connection or self.rfile.closed else True

    def _take(self, plain: plain_requests.Plain, buffered: int) -> None:
        """Read a plain request from the buffer of `buffered` bytes, and build its WSGI environment."""
        self.requestline, self.request_version = f"{plain.method} {plain.target} HTTP/1.1", "HTTP/1.1"
        self.command, self.path, self.headers = plain.method, plain.target, WSGIHandler.headers
        self.content_length, self.close_connection = plain.length, plain.close
        self.application = self.server.application
        self.environ = self.server.get_environ()
        plain_requests.fill(self.environ, plain, self.client_address)
        length = plain.length or 0
        if plain.size + length <= buffered:
            self.wsgi_input: Any = plain_requests.Body(self.rfile.read(plain.size + length)[plain.size :])
        else:
            self.rfile.read(plain.size)
            self.wsgi_input = timeouts.Body(self, Input(self.rfile, plain.length))
        self.environ["wsgi.input"] = self.wsgi_input

    def read_requestline(self) -> str:
        """Read the first line of a request that has begun to arrive."""
        self.until = timeouts.deadline(timeouts.HEAD_SECONDS)
        line: str = super().read_requestline()
        self.until = timeouts.deadline(timeouts.HEAD_SECONDS)
        return line

    def finalize_headers(self) -> None:
        """Complete the headers; while the server drains, an answer is the last one of its connection."""
        super().finalize_headers()
        if getattr(self.server, "draining", False) and not self.connection_upgraded:
            self.close_connection = True
            self.response_headers.append((b"Connection", b"close"))

    def log_request(self) -> None:
        """Do nothing: core/http/request_hooks.py logs the request."""

    def _write_with_headers(self, data: bytes) -> None:
        """Send the head and a short body in one system call; gevent-websocket passes an empty `str`."""
        if len(data or b"") > ONE_SEND:
            super()._write_with_headers(data or b"")
            return
        self.headers_sent = True
        self.finalize_headers()
        head = [b"HTTP/1.1 ", self.status, b"\r\n"]
        for name, value in self.response_headers:
            head += name, b": ", value, b"\r\n"
        head.append(b"\r\n")
        if self.response_use_chunked:
            self._sendall(b"".join(head))
            self._write(data)
        else:
            self._sendall(b"".join([*head, data or b""]))

    def MessageClass(self, *arguments: Any) -> Any:  # noqa: N802 - pywsgi calls it so
        """Read the headers; reject an ambiguous body length, which a proxy may read differently (request smuggling)."""
        headers = super().MessageClass(*arguments)
        if not _have_one_length(headers):
            headers.status = "Two lengths, or none that is clear"
        self.until = inf
        if self.late:  # the headers were cut off by the timeout, and only look complete
            headers.status = "Not there in time"
        return headers

    def get_environ(self) -> dict[str, Any]:
        """Return the request's WSGI environment; reading its body is limited in time."""
        environ: dict[str, Any] = super().get_environ()
        environ["PATH_INFO"] = plain_requests.decoded(self.path.partition("?")[0])
        stock = self.wsgi_input
        if stock.content_length or stock.chunked_input:
            environ["wsgi.input"] = self.wsgi_input = timeouts.Body(self, stock)
            environ["wsgi.input_terminated"] = True
        return environ

    def _handle_client_error(self, error: Exception) -> Any:
        if self.late:
            self.log_error("Not there in time")
            return TOO_SLOW
        return super()._handle_client_error(error)

    def log_error(self, msg: str, *args: object) -> None:
        """Log why a request could not be read, without the request: its URL may contain a token."""
        reason = str(args[-1] if args else msg).partition(":")[0]
        logger.info("request not read", reason=reason[:80], address=self.client_address[0])


def _have_one_length(headers: Any) -> bool:
    lengths, codings = (headers.get_all(name, []) for name in ("Content-Length", "Transfer-Encoding"))
    if len(lengths) + len(codings) > 1:
        return False
    return all(NUMBER.fullmatch(text.strip()) for text in lengths) and all(
        text.strip().lower() == "chunked" for text in codings
    )

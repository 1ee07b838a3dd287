"""Socket.IO's handshake: a client's CONNECT packet is accepted with `{sid, pid}`, or refused with `{code, message}`.

This replaces python-socketio's handling of the packet, which has no `pid` (Socket.IO 4.6: connection state recovery),
and which refuses an unknown namespace and a second CONNECT with a text instead of an error.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import gevent
from flask import request
from socketio import packet as packets
from structlog.contextvars import clear_contextvars

from metaia.core.access import actor as actors
from metaia.core.errors import Conflict, NotFound, Problem, Unauthenticated, Unavailable, declare
from metaia.core.http.error_handlers import as_problem
from metaia.core.libraries import guards as library_guards
from metaia.realtime import runtime
from metaia.realtime.clients import connections
from metaia.realtime.clients.socketio import Client, connected
from metaia.realtime.gateways import replay, resuming
from metaia.realtime.gateways.resuming import Start

NAMESPACE = "/"
declare(
    {
        "unknown_namespace": "There is one Socket.IO namespace: /.",
        "already_connected": "The connection is in this namespace already.",
    }
)


def install(server: Any) -> None:
    """Handle the CONNECT packets of python-socketio's `server`. Raises LibraryChanged."""
    library_guards.check("python-socketio")
    server._handle_connect = partial(_handle_connect, server)


def _handle_connect(server: Any, eio_sid: str, namespace: str | None, data: Any) -> None:
    """Answer a CONNECT packet of an Engine.IO client."""
    engine, environ = server.eio.sockets.get(eio_sid), server.environ.get(eio_sid)
    if engine is None or environ is None:
        return
    clear_contextvars()
    with environ["flask.app"].request_context(environ):
        try:
            _connect(server, engine, namespace or NAMESPACE, data if isinstance(data, dict) else {})
        except Exception as error:  # noqa: BLE001 - as_problem logs what is unexpected
            _refuse(server, engine, namespace, as_problem(error))


def _refuse(server: Any, engine: Any, namespace: str | None, problem: Problem) -> None:
    """Answer with the problem. If it will pass, end the connection instead: then clients come back by themselves."""
    if isinstance(problem, Unavailable):
        gevent.spawn(engine.close)
        return
    error = problem.as_dict()
    refusal = error | {"data": error}  # JavaScript shows `message` and `data` only
    _answer(server, engine.sid, packets.CONNECT_ERROR, namespace, refusal)
    engine.count_refusal()


def _connect(server: Any, engine: Any, namespace: str, given: dict[str, Any]) -> None:
    """Accept the client, or raise a Problem."""
    if namespace != NAMESPACE:
        raise NotFound("Connect to the namespace /.", code="unknown_namespace")
    actor = resuming.actor_of(_token(given), partial(resuming.socketio_return, given.get("pid")))
    start = resuming.socketio_start(actor, given)  # may wait for Redis
    if engine.closing:
        return
    sid = server.manager.pre_connect(engine.sid, namespace)  # no other greenlet runs from here on
    if sid is None:
        raise Conflict("Disconnect first, or use the connection that you have.", code="already_connected")
    client = Client(sid, actor, with_offset=given.get("recovery") is True)
    try:
        _enter(client, start)
    except Exception:
        connections.remove(sid)
        server.manager.disconnect(sid, namespace, ignore_queue=True)
        raise
    _answer(server, engine.sid, packets.CONNECT, namespace, {"sid": sid} | start.answer)
    server.manager.connect(sid, namespace)
    runtime.current().spawn(replay.catch_up_and_join, client, start)


def _enter(client: Client, start: Start) -> None:
    """Add the client to the open connections. Raises TooMany."""
    connections.add(client)
    for hook in runtime.current().connect_hooks:
        hook(client)
    client.former = list(start.requests)
    resuming.remember(client, start)
    connected(client)


def _token(given: dict[str, Any]) -> str:
    token = given.get("token")
    if token is None:
        return actors.bearer(request.headers.get("Authorization"))
    if not isinstance(token, str):
        raise Unauthenticated("The token is not valid.", code="token_invalid")
    scheme, _, rest = token.partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else token


def _answer(server: Any, eio_sid: str, kind: int, namespace: str | None, data: dict[str, Any]) -> None:
    server._send_packet(eio_sid, server.packet_class(kind, data, namespace=namespace))

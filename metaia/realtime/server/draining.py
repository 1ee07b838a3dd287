"""Draining: a process that is asked to stop ends its clients little by little, so that they return little by little.

If all connections ended at once, all clients would reconnect and replay at once, at the processes that are left.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from math import ceil

import gevent
import structlog
from flask import Flask

from metaia.core.http.edge import gate
from metaia.extensions import socketio
from metaia.realtime import runtime
from metaia.realtime.clients import connections
from metaia.realtime.server import timeouts

TICK = 0.1  # seconds between two slices
GOODBYE_SECONDS = 1.0  # in which clients may answer their close frames
RESERVED_SECONDS = 5.0  # of gunicorn's graceful_timeout, for running requests
logger = structlog.get_logger(__name__)
Beat = Callable[[], None]


def drain(app: Flask, stop_accepting: Callable[[], None], *, limit: float, beat: Beat) -> None:
    """End all clients of this process within `limit` seconds. `beat` is called once a TICK or more.

    For DRAIN_NOTICE seconds the process serves on, and only its health check sends balancers elsewhere. Then it calls
    `stop_accepting`, and ends equal slices of its clients over DRAIN_SECONDS. Requests are answered all the time.
    """
    notice, seconds = float(app.config["DRAIN_NOTICE"]), float(app.config["DRAIN_SECONDS"])
    seconds = max(0.0, min(seconds, limit - notice - RESERVED_SECONDS))
    own = gate.of(app)
    own.draining = True
    with app.app_context():
        real_time = runtime.current()
        logger.info("draining", clients=len(connections.open_connections), notice=notice, seconds=seconds)
        real_time.relay.step_down()
        _wait_while(lambda: own.waiting_for is None, notice, beat)
        own.closed = True
        stop_accepting()
        _end_in_slices(seconds, beat)
        real_time.feed.stop_waiting()
        for sid in list(socketio.server.eio.sockets):  # those that have not authenticated
            socketio.server.eio.disconnect(sid)
        gevent.sleep(0)  # sends the close frames
        _wait_while(lambda: bool(connections.open_connections), GOODBYE_SECONDS, beat)
        for call in real_time.at_end:
            call()
        timeouts.close_idle()


def _end_in_slices(seconds: float, beat: Beat) -> None:
    """End the clients in random order, at a constant rate."""
    begun, ended = time.monotonic(), set[str]()
    while waiting := [c for key, c in connections.open_connections.items() if key not in ended]:
        share = min(1.0, (time.monotonic() - begun) / seconds) if seconds else 1.0
        due = ceil(share * (len(ended) + len(waiting))) - len(ended)
        for connection in random.sample(waiting, max(0, due)):
            ended.add(connection.key)
            connections.end(connection, connections.RESTARTING)
        beat()
        gevent.sleep(TICK if share < 1.0 else 0)


def _wait_while(true: Callable[[], bool], seconds: float, beat: Beat) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and true():
        beat()
        gevent.sleep(TICK)

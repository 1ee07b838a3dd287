"""Waiting for PostgreSQL under gevent.

psycopg waits with `select.poll`. gevent's replacement creates several objects and timers per wait, and every statement
waits. Here a wait is one watcher on the hub. Commands and the worker are not monkey-patched, and wait as usual.
"""

from __future__ import annotations

from select import POLLIN, POLLOUT
from typing import Any, TypeVar

from gevent import get_hub
from gevent.monkey import get_original, is_module_patched
from psycopg.abc import PQGen
from psycopg.waiting import WAIT_RW
from sqlalchemy import Engine, event

from metaia.core.db.driver import Connection

T = TypeVar("T")
_poll = get_original("select", "poll")


class HubConnection(Connection):
    """A connection that waits on gevent's hub, so that other greenlets run."""

    def wait(self, gen: PQGen[T], interval: float = 0.0, timeout: float | None = None) -> T:  # noqa: ARG002
        """Run a psycopg generator to its end. psycopg and libev both use 1 for reading and 2 for writing."""
        descriptor = self.pgconn.socket
        try:
            wanted = next(gen)
            while True:
                self._flush_pipeline(descriptor)
                wanted = gen.send(_wait_until_ready(descriptor, wanted))
        except StopIteration as end:
            value: T = end.value
            return value

    def _flush_pipeline(self, descriptor: int) -> None:
        """Send a pipeline completely before waiting for its results: psycopg stops when the kernel's buffer is full."""
        while self.pgconn.pipeline_status and self.pgconn.flush():
            _wait(descriptor, int(WAIT_RW))
            self.pgconn.consume_input()  # the server may wait for this read before it reads more


def _wait_until_ready(descriptor: int, wanted: int) -> int:
    if wanted == WAIT_RW:  # a pipeline being filled: usually the socket is writable at once
        found = _poll()  # select() supports no descriptors above 1,023
        found.register(descriptor, POLLIN | POLLOUT)
        for _, events in found.poll(0):
            return bool(events & ~POLLOUT) | bool(events & ~POLLIN) << 1
    _wait(descriptor, int(wanted))
    return _wait_until_ready(descriptor, wanted) if wanted == WAIT_RW else int(wanted)


def _wait(descriptor: int, events: int) -> None:
    watcher = get_hub().loop.io(descriptor, events)
    try:
        get_hub().wait(watcher)
    finally:
        watcher.close()


def use_hub(engine: Engine) -> None:
    """Make `engine` create our connections: on the hub if this process is monkey-patched."""
    kind = HubConnection if is_module_patched("select") else Connection

    @event.listens_for(engine, "do_connect")
    def connect(_: Any, __: Any, arguments: Any, options: Any) -> Connection:
        return kind.connect(*arguments, **options)

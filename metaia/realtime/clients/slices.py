"""Delivery of one event to very many local clients, in slices between which the event loop does other work.

The order of each client's events stays: a later event goes to a client after the slices' own (`finish_for`). While an
event is being sent, no client counts as having got it (`progress.under_way`), so a client that is cut off gets it from
the log, possibly for the second time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import gevent
import structlog
from flask import current_app

from metaia.realtime.clients import connections, progress
from metaia.realtime.clients.connections import Connection

MANY = 2_000  # clients; events for more are sent in slices
SLICE = 1_000  # clients
Send = Callable[
    [list[str], list[Connection]], None
]  # to these sids of Socket.IO, and these other connections
logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Delivery:
    """An event and the clients that it is still to be sent to."""

    sids: dict[str, None]
    plain: dict[Connection, None]
    send: Send

    @property
    def done(self) -> bool:
        return not self.sids and not self.plain

    def send_slice(self) -> None:
        """Send to the next clients."""
        sids = list(islice(self.sids, SLICE))
        self.send_to(sids, list(islice(self.plain, SLICE - len(sids))))

    def send_to(self, sids: Iterable[str], plain: Iterable[Connection]) -> None:
        """Send to those of these clients that have not got it."""
        wanted = [sid for sid in sids if sid in self.sids]
        others = [each for each in plain if each in self.plain]
        for sid in wanted:
            del self.sids[sid]
        for each in others:
            del self.plain[each]
        there = [each for each in others if each.key in connections.open_connections]
        try:
            self.send(wanted, there)
        except Exception:  # the slices after it must go on
            logger.exception("event not delivered")


_deliveries: deque[Delivery] = deque()


def under_way() -> bool:
    """Return whether an event is being sent in slices."""
    return bool(_deliveries)


def begin(position: int, sids: Sequence[str], plain: Sequence[Connection], send: Send) -> None:
    """Send an event to its clients in slices, after those under way; returns at once, before the first slice."""
    _deliveries.append(Delivery(dict.fromkeys(sids), dict.fromkeys(plain), send))
    progress.under_way.append(position)
    if len(_deliveries) == 1:
        app = current_app._get_current_object()  # type: ignore[attr-defined] # of another greenlet

        def run() -> None:
            with app.app_context():
                _run()

        gevent.spawn(run)


def finish_for(sids: Sequence[str], plain: Sequence[Connection]) -> None:
    """Send these clients what is under way, because a later event follows. Does not switch greenlets."""
    for delivery in _deliveries:
        delivery.send_to(sids, plain)


def finish() -> None:
    """Send everything that is under way. Does not switch greenlets."""
    for delivery in _deliveries:
        delivery.send_to(list(delivery.sids), list(delivery.plain))


def _run() -> None:
    while _deliveries:
        first = _deliveries[0]
        if not first.done:
            first.send_slice()
        if first.done:
            _deliveries.popleft()
            progress.under_way.popleft()
        hub = gevent.get_hub()
        hub.wait(hub.loop.timer(0))  # `sleep(0)` would go on before the event loop reads again

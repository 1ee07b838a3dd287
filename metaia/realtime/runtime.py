"""The parts of the real-time path that run in every web process, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
import structlog
from flask import Flask, current_app
from gevent.event import Event as Signal

from metaia.core import db, metrics, outbox
from metaia.core.http.edge import gate
from metaia.jobs.dispatcher import Dispatcher
from metaia.jobs.registry import JOBS
from metaia.realtime import stats
from metaia.realtime.clients import connections, fanout, token_ends
from metaia.realtime.clients.connections import Connection
from metaia.realtime.clients.recovery import Recovery
from metaia.realtime.log.feed import Feed
from metaia.realtime.log.pubsub import PubSub
from metaia.realtime.log.relay import Relay
from metaia.realtime.log.release import Release
from metaia.realtime.log.store import Event
from metaia.realtime.membership_state import Memberships
from metaia.realtime.stats import Statistics, of_process

EXTENSION = "metaia.realtime"
PAUSE = 1.0  # seconds before a loop that failed, or a query without PostgreSQL, is tried again
logger = structlog.get_logger(__name__)


class Runtime:
    """Relay, feed, publish/subscribe and job dispatcher of one process."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.release = Release(app)
        self.pubsub = PubSub(app.config["REDIS_URL"])
        self.feed = Feed(self._deliver)
        self.memberships = Memberships(self.feed)
        self.relay = Relay(self._on_moved)
        self.statistics = Statistics(
            app.config["REDIS_URL"], lambda: of_process(self.feed, leading=self.relay.leading)
        )
        self.dispatcher = Dispatcher(app.config["REDIS_URL"], JOBS.of(app), lambda: self.relay.leading)
        self.recovery = Recovery(app.config["REDIS_URL"], app.config["SOCKETS_RECOVERY_SECONDS"])
        self.connect_hooks: list[Callable[[Connection], None]] = []
        self._loops: list[Callable[[], None]] = [self.statistics.run, stats.watch_hub, self.recovery.run]
        self._at_start: list[Callable[[], None]] = []
        self.at_end: list[Callable[[], None]] = []  # called when a process that stops has ended its clients
        self._gate = gate.of(app)
        self._serving = Signal()
        self._greenlets: list[gevent.Greenlet[..., Any]] = []
        app.extensions[EXTENSION] = self

    def add_loop(self, call: Callable[[], None]) -> None:
        """Run `call`, which loops for ever, in a greenlet of every process that starts this runtime.

        If it raises or returns, it is called again after PAUSE seconds.
        """
        self._loops.append(call)

    def on_connect(self, hook: Callable[[Connection], None]) -> None:
        """Call `hook` with each Socket.IO connection that was accepted, before it gets its first event."""
        self.connect_hooks.append(hook)

    def at_start(self, call: Callable[[], None]) -> None:
        """Run `call` once this process follows the log, before it serves clients; again while it fails."""
        self._at_start.append(call)

    def start(self) -> None:
        """Start all loops; returns at once. The gate stays closed until this process can serve clients.

        That takes as long as PostgreSQL is unreachable: sessions that have ended are not known before. Until then the
        process answers its health checks, and notices when gunicorn's master has died.
        """
        self._gate.waiting_for = "PostgreSQL"
        outbox.on_commit(self.app, "event", self.wake_relay)
        outbox.on_commit(self.app, "job", self.wake_dispatcher)
        self._run(self.feed.run)
        self._run(self.pubsub.subscribe, self._on_announced, self._on_wake, self.feed.check_for_gap)
        self._run(connections.supervise)
        self._run(token_ends.run)
        self._run_loops()
        self.start_relay() if self.app.config["RELAY_IN_WEB"] else self._run(self.pubsub.publish)
        self._greenlets.append(self.spawn(self._open_gate))

    def wait_until_serving(self, seconds: float) -> bool:
        """Wait until the gate is open; return False if it is not after `seconds`."""
        return bool(self._serving.wait(seconds))

    def _open_gate(self) -> None:
        self.feed.ready.wait()
        for call in self._at_start:
            _until_done(call)
        self._gate.waiting_for = None
        self._serving.set()

    def start_relay(self) -> None:
        """Start the loops that work in the leading process only: the relay, and the dispatcher of jobs."""
        self._run(self.pubsub.publish)
        self._run(self.relay.run)
        self._run(self.dispatcher.run)

    def serve_relay(self) -> None:
        """Relay events and dispatch jobs, for ever, in a process that serves no clients."""
        self._run(self.feed.run)  # for the epoch of the log
        self.start_relay()
        self._run_loops()
        self._run(self.pubsub.subscribe, self._on_announced, self._on_wake, self._on_wake)
        gevent.joinall(self._greenlets)

    def _run_loops(self) -> None:
        for call in self._loops:
            self._run(call)

    def _run(self, call: Callable[..., None], *arguments: Any) -> None:
        self._greenlets.append(self.spawn(_restart_forever, call, *arguments))

    def stop(self) -> None:
        """Stop everything that `start` started."""
        gevent.killall(self._greenlets, timeout=5)
        self._serving.clear()
        self._greenlets.clear()
        outbox.remove_listener(self.app, self.wake_relay)
        outbox.remove_listener(self.app, self.wake_dispatcher)

    def spawn(self, call: Callable[..., Any], *arguments: Any) -> gevent.Greenlet[..., Any]:
        """Run `call` in a greenlet that has the application's context."""

        def run() -> None:
            with self.app.app_context():
                call(*arguments)

        return gevent.spawn(run)

    def wake_relay(self) -> None:
        """Move committed events now: in this process if it leads, else through Redis. Returns at once."""
        self.relay.wake() if self.relay.leading else self.pubsub.wake()

    def wake_dispatcher(self) -> None:
        """Dispatch committed jobs now, likewise."""
        self.dispatcher.wake() if self.relay.leading else self.pubsub.wake()

    def _on_wake(self) -> None:
        self.relay.wake()
        self.dispatcher.wake()

    def _on_announced(self, epoch: str, events: list[Event]) -> None:
        if epoch == self.feed.head.epoch:
            self.feed.accept(events)

    def _on_moved(self, events: list[Event]) -> None:
        metrics.moved.update(events=len(events), batches=1)
        self.feed.accept(events)
        self.pubsub.announce(self.feed.head.epoch, events)

    def _deliver(self, event: Event) -> None:
        if self.release.is_older_than(event):
            fanout.end_audience(event, self.feed.head)
        elif (kind := self.release.on_wire(event)) is not None:
            fanout.to_audience(kind, event, self.feed.head)


def _until_done(call: Callable[[], None]) -> None:
    """Call until it succeeds: PostgreSQL may be unreachable, or the tables of this release not there yet."""
    while True:
        try:
            call()
            return
        except db.UNAVAILABLE as error:
            logger.warning("this process cannot serve yet", error=db.describe(error))
        except Exception:
            logger.exception("this process cannot serve yet")
        gevent.sleep(PAUSE)


def _restart_forever(call: Callable[..., None], *arguments: Any) -> None:
    """Call a loop again whenever it ends: a process without one of them would miss events, or keep them."""
    while True:
        try:
            call(*arguments)
        except Exception:
            logger.exception("a part of the real-time path failed; it starts again", part=call.__qualname__)
        gevent.sleep(PAUSE)


def current() -> Runtime:
    """Return the runtime of the current application."""
    return of(current_app)


def of(app: Flask) -> Runtime:
    """Return the runtime of `app`."""
    runtime: Runtime = app.extensions[EXTENSION]
    return runtime

"""The feed: this process follows the log in order of position, and hands each event on exactly once.

Announcements (from the relay in this process, or through Redis) make it fast; reading the log makes it complete. An
event that arrives twice or too early is recognised by its position.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import gevent
import structlog
from gevent.event import Event as Signal

from metaia.core import db, metrics
from metaia.realtime.catalogue import Payload
from metaia.realtime.log import redaction
from metaia.realtime.log import store as log_store
from metaia.realtime.log.store import Event, Head

CHECK_EVERY = 1.0  # seconds; how often the log is read when nothing is announced
KEPT = 2_000  # events in memory, for clients that were disconnected briefly
BEHIND_SECONDS = 10.0  # in which this process must reach a position that another one has delivered
T = TypeVar("T")
logger = structlog.get_logger(__name__)


class Behind(Exception):
    """This process cannot follow the log at the moment."""


class Feed:
    """The position up to which this process has delivered, and the latest events themselves."""

    def __init__(self, deliver: Callable[[Event], None]) -> None:
        self.deliver = deliver
        self.head = Head("", 0)
        self.ready = Signal()
        self.recent: deque[Event] = deque(maxlen=KEPT)
        self._subscribers: dict[str, list[Callable[[Payload], None]]] = {}
        self._gap_suspected = Signal()
        self._waiting: dict[str, set[Signal]] = {}  # by room
        self._stopping = False

    def subscribe(self, name: str, call: Callable[[Payload], None]) -> None:
        """Run `call(payload)` in this process for each event of the type `name`; it must not block.

        Raises ValueError if `call` is subscribed to it already.
        """
        calls = self._subscribers.setdefault(name, [])
        if call in calls:
            raise ValueError(f"{call} is subscribed to {name} twice")
        calls.append(call)

    def accept(self, events: list[Event]) -> None:
        """Deliver the events that are next in order. Does not switch greenlets, so head and deliveries agree."""
        for event in events:
            if event.position == self.head.position + 1 and self.ready.is_set():
                self._apply(event)
            elif event.position > self.head.position:
                self.check_for_gap()
                return

    def check_for_gap(self) -> None:
        """Make `run` read the log at once, because an announcement may have been lost; returns at once."""
        self._gap_suspected.set()

    def run(self) -> None:
        """Follow the log, for ever."""
        while True:
            self._gap_suspected.clear()
            try:
                self._read_missing()
            except db.UNAVAILABLE as error:
                logger.warning("feed cannot read the log", error=db.describe(error))
                gevent.sleep(CHECK_EVERY)
            self._gap_suspected.wait(CHECK_EVERY)

    def wait_for(self, cursor: str) -> None:
        """Wait until this process has reached `cursor`; the client's former process may have been ahead of this one.

        Returns at once for a cursor that the log does not have either. Raises Behind after BEHIND_SECONDS.
        """
        if log_store.head().resume(cursor, first_kept=1) is None:
            return
        deadline = time.monotonic() + BEHIND_SECONDS
        self.check_for_gap()
        while self.head.resume(cursor, first_kept=1) is None:
            if time.monotonic() > deadline:
                raise Behind
            gevent.sleep(0.01)

    def after(self, position: int) -> list[Event] | None:
        """Return the events after `position` if memory still has them all, else None. Does not switch greenlets."""
        missing = self.head.position - position
        if missing > len(self.recent):
            return None
        return [event for event in self.recent if event.position > position] if missing else []

    def redact(self, redacted: Payload) -> None:
        """Delete a text from the events in memory, see `redaction`."""
        room, item = redacted["room"], redacted["item"]
        keys = redacted.get("keys", redaction.BLANK)  # those of an earlier release name none
        for number, event in enumerate(self.recent):
            if room in event.audience and redaction.names(event.payload, item):
                self.recent[number] = replace(event, payload=redaction.blanked(event.payload, item, keys))

    def withdraw(self, withdrawn: Payload) -> None:
        """Remove a room from the audience of events in memory, see `withdrawal`."""
        room, item, types = withdrawn["room"], withdrawn["item"], withdrawn["types"]
        for number, event in enumerate(self.recent):
            if event.type in types and room in event.audience and redaction.names(event.payload, item):
                rest = tuple(name for name in event.audience if name != room)
                self.recent[number] = replace(event, audience=rest)

    def read_when(
        self, rooms: list[str], seconds: float, read: Callable[[], T], is_wanted: Callable[[T], bool]
    ) -> T:
        """Return `read()`: as soon as it is wanted, at the latest after `seconds`.

        It is read again after each event in one of `rooms`. An event that is committed while it is being read is not
        missed, because the wait for the next one begins before.
        """
        deadline = time.monotonic() + seconds
        with self._watching(rooms) as signal:
            while True:
                signal.clear()
                found = read()
                left = deadline - time.monotonic()
                if is_wanted(found) or left <= 0 or self._stopping or not signal.wait(left):
                    return found

    @contextmanager
    def _watching(self, rooms: list[str]) -> Iterator[Signal]:
        """Give a signal that is set at each event in one of `rooms`."""
        signal = Signal()
        for room in rooms:
            self._waiting.setdefault(room, set()).add(signal)
        try:
            yield signal
        finally:
            for room in rooms:
                waiting = self._waiting[room]
                waiting.discard(signal)
                if not waiting:
                    del self._waiting[room]

    def stop_waiting(self) -> None:
        """End every wait of `read_when`, now and from now on: this process stops."""
        self._stopping = True
        for signals in list(self._waiting.values()):
            for signal in signals:
                signal.set()

    def _read_missing(self) -> None:
        there = log_store.head()
        if there.epoch != self.head.epoch:
            self.head = there
            self.recent.clear()
            self.ready.set()
        while self.head.position < there.position:
            page = log_store.page(self.head.position, there.position)
            self.accept(page)
            if not page:
                raise LookupError(f"the log has a gap after position {self.head.position}")

    def _apply(self, event: Event) -> None:
        self.head = Head(self.head.epoch, event.position)
        self.recent.append(event)
        for call in self._subscribers.get(event.type, ()):
            _guarded(call, event.payload)
        _guarded(self.deliver, event)
        metrics.emitted.observe(time.time() - datetime.fromisoformat(event.created_at).timestamp())
        for room in event.audience:
            for signal in self._waiting.get(room, ()):
                signal.set()


def _guarded(call: Callable[[Any], None], argument: Any) -> None:
    """Call, and log an exception: an event that cannot be delivered must not stop the events after it."""
    try:
        call(argument)
    except Exception:
        logger.exception("event not handled")

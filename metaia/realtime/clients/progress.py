"""How far a connection has come in the log: up to where events were sent, and up to where their receipt is proven.

The proof is an answered ping: a client answers it after everything that was sent before it. So nothing has to be
recorded per delivery. A live client has been sent all that concerns it up to the feed's head, because the feed delivers
without switching greenlets; of events that are sent in slices (slices.py), up to the first of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from metaia.realtime.log.store import Head

under_way: deque[int] = deque()  # positions of the events that are being sent in slices, the first one first


class HasHead(Protocol):
    """The feed: its `head` is the last event that this process has delivered."""

    head: Head


class Progress:
    """The progress of one connection. `on_proof` gets the proven position at first, and after each answered ping."""

    __slots__ = ("_feed", "_marked", "_sent", "on_proof", "proven")

    def __init__(self) -> None:
        self.proven: Head | None = None  # unknown until the connection has begun to catch up
        self.on_proof: Callable[[Head], object] | None = None
        self._feed: HasHead | None = None  # set while the connection is live
        self._sent: Head | None = None
        self._marked: Head | None = None

    @property
    def sent(self) -> Head | None:
        """Return the position up to which everything was sent; None if the connection has not begun to catch up."""
        if self._feed is None:
            return self._sent
        head = self._feed.head
        return replace(head, position=min(head.position, under_way[0] - 1)) if under_way else head

    def begin(self, at: Head) -> None:
        """Set where the connection begins: it misses nothing up to there."""
        self._sent = at
        self._prove(at)

    def reach(self, at: Head) -> None:
        """Record that missed events were sent up to a position."""
        self._sent = at

    def go_live(self, feed: HasHead) -> None:
        """Record that from now on the connection is sent each event when `feed` reaches it."""
        self._feed = feed

    def stop(self, at: Head) -> None:
        """Record that nothing is sent after a position, although the feed goes on."""
        self._feed, self._sent = None, at

    @property
    def live(self) -> bool:
        """Return whether the connection is sent each event when the feed reaches it."""
        return self._feed is not None

    @property
    def waiting(self) -> bool:
        """Return whether a marked ping is unanswered."""
        return self._marked is not None

    def mark(self) -> None:
        """Remember what was sent before a ping that is sent now, unless an earlier ping is unanswered."""
        if self._marked is None:
            self._marked = self.sent

    def confirm(self) -> None:
        """Take what was sent before the marked ping as received: the client has answered it."""
        if self._marked is not None:
            self._prove(self._marked)
            self._marked = None

    def store(self) -> None:
        """Call `on_proof` again, because something else has changed that it stores."""
        if self.proven is not None:
            self._prove(self.proven)

    def _prove(self, at: Head) -> None:
        self.proven = at
        if self.on_proof is not None:
            self.on_proof(at)

"""Turns: greenlets of this process do the work of one key one after the other, instead of against each other.

It only saves work: what must hold for all processes is held by versions and row locks in the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gevent.lock import BoundedSemaphore


class _Turn:
    __slots__ = ("free", "wanted")

    def __init__(self) -> None:
        self.free, self.wanted = BoundedSemaphore(), 0


_turns: dict[str, _Turn] = {}


@contextmanager
def turn(key: str, seconds: float) -> Iterator[None]:
    """Wait for the turn of `key`, up to `seconds`: then go on without it.

    Not inside a transaction: it might hold a row lock that the greenlet before it waits for.
    """
    mine = _turns.setdefault(key, _Turn())
    mine.wanted += 1
    taken = False
    try:
        taken = mine.free.acquire(timeout=seconds)
        yield
    finally:
        if taken:
            mine.free.release()
        mine.wanted -= 1
        if not mine.wanted:
            del _turns[key]

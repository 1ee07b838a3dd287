"""Turns of the event loop: a measure of delays that depends neither on the machine's speed nor on other programs."""

from __future__ import annotations

from typing import Self

import gevent


class Turns:
    """Counts the turns of this thread's event loop while it is open."""

    def __init__(self) -> None:
        self.count = 0
        self._watcher = gevent.get_hub().loop.prepare(ref=False)

    def __enter__(self) -> Self:
        self._watcher.start(self._turn)
        return self

    def __exit__(self, *_: object) -> None:
        self._watcher.stop()
        self._watcher.close()

    def _turn(self) -> None:
        self.count += 1

"""The gaps of a calendar: its open hours between the blocks that take time from it. Pure.

Times are minutes since the epoch. Gaps depend on no service, so one sweep over the blocks serves all services of a
calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from metaia.core.times import Interval

_NEVER = 10**12
# When the hours of the gap open and close, when hours that touch them close, the end of the block before the gap and
# the start of the one after it. A block may end before the hours open. No NamedTuple: that takes longer to unpack.
Gap = tuple[int, int, int, int, int]


class Taken(Protocol):
    """What takes time from a calendar, from `start` to `end`."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def between(opened: Sequence[Interval], busy: Sequence[Taken]) -> list[Gap]:
    """Return the gaps of sorted intervals between sorted blocks, in order."""
    found: list[Gap] = []
    index, count, ended = 0, len(busy), -_NEVER
    for (opens, closes), until in zip(opened, runs(opened), strict=True):
        while index < count and busy[index].end <= opens:
            ended = max(ended, busy[index].end)
            index += 1
        here, free = index, ended
        while here < count and busy[here].start < closes:
            found.append((opens, closes, until, free, busy[here].start))
            free = max(free, busy[here].end)
            here += 1
        if free < closes:
            found.append((opens, closes, until, free, busy[here].start if here < count else _NEVER))
    return found


def runs(opened: Sequence[Interval]) -> list[int]:
    """Return for each interval when its run ends: touching intervals are open without a break."""
    ends = [closes for _, closes in opened]
    for index in range(len(opened) - 2, -1, -1):
        if opened[index][1] == opened[index + 1][0]:
            ends[index] = ends[index + 1]
    return ends

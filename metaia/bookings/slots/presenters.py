"""Free starts as JSON. There may be 15,000 of them, so texts come from tables instead of `strftime`.

Services share most of their starts, so one start becomes one object for all of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from metaia.bookings.slots.offers import SEATS, Packed
from metaia.core import times
from metaia.core.times import DAY, Offset

_TIMES = tuple(f"T{minute // 60:02}:{minute % 60:02}:00" for minute in range(DAY))  # by minute of the day


class _Piece(NamedTuple):
    """A part of a local date with one offset: minutes since the epoch, and minutes of the date at its beginning."""

    begins: int
    ends: int
    minute: int
    date: str
    zone: str


class Clock(dict[Packed, Any]):
    """What clocks show at starts: a text, or unless `plain` an object with the seats that are left.

    `shifts` are the offsets of the zone in a range that contains the starts.
    """

    def __init__(self, shifts: Sequence[Offset], *, plain: bool) -> None:
        super().__init__()
        self._plain = plain
        self._pieces = [piece for each in shifts for piece in _pieces(*each)]
        self._begins = [piece.begins for piece in self._pieces]

    def by_date(self, starts: Sequence[Packed]) -> dict[str, list[Any]]:
        """Return sorted starts by their local dates."""
        found: dict[str, list[Any]] = {}
        index = 0
        while index < len(starts):
            piece = self._piece(starts[index] // SEATS)
            end = bisect_left(starts, piece.ends * SEATS, index)
            found.setdefault(piece.date, []).extend(map(self.__getitem__, starts[index:end]))
            index = end
        return found

    def __missing__(self, start: Packed) -> Any:
        at, seats = divmod(start, SEATS)
        piece = self._piece(at)
        text = piece.date + _TIMES[at - piece.begins + piece.minute] + piece.zone
        self[start] = shown = text if self._plain else {"startsAt": text, "seatsLeft": seats}
        return shown

    def _piece(self, at: int) -> _Piece:
        return self._pieces[bisect_right(self._begins, at) - 1]


def _pieces(begins: int, ends: int, shift: int) -> Iterator[_Piece]:
    """Yield the local dates of an interval with one offset."""
    hours, minutes = divmod(abs(shift), 60)
    zone = f"{'-' if shift < 0 else '+'}{hours:02}:{minutes:02}"
    while begins < ends:
        day, minute = divmod(begins + shift, DAY)
        following = min(ends, begins + DAY - minute)
        yield _Piece(begins, following, minute, times.from_day_number(day).isoformat(), zone)
        begins = following

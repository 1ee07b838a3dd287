"""The months of statements, and when they are final. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

# `booked_at` is not the order of commits: an entry of the last second may commit a little later.
ISSUED_AFTER = timedelta(hours=1)
PATTERN = r"20[0-9]{2}-(0[1-9]|1[0-2])"
_FORM = re.compile(PATTERN)


class Period(NamedTuple):
    """A month of a calendar."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def next(self) -> Period:
        return of(self.first_day + timedelta(days=31))

    @property
    def previous(self) -> Period:
        return of(self.first_day - timedelta(days=1))


def of(day: date) -> Period:
    """Return the month of a day."""
    return Period(day.year, day.month)


def parse(text: str) -> Period | None:
    """Return the month that a text such as `2026-11` names, None for another text."""
    return Period(int(text[:4]), int(text[5:])) if _FORM.fullmatch(text) else None


def to_issue(last: Period | None, current: Period) -> list[Period]:
    """Return the months before `current` that have ended and are not finished, the earliest first.

    `last` is the month that was finished last; without one, only the latest month is to issue.
    """
    found, each = [], current.previous
    while last is not None and each > last:
        found.append(each)
        each = each.previous
    return found[::-1] if last is not None else [current.previous]

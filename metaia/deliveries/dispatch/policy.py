"""The steps of a round, and the order in which couriers are asked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

OWN_FIRST = timedelta(seconds=60)  # before the pool
ANSWER = timedelta(seconds=25)  # for a courier that is asked alone
MOST_MISSES = 5  # then all are asked
UNCLAIMED = timedelta(minutes=5)
FAR = 12  # km: couriers farther away are not asked alone
LAST = 4  # the wave after which nothing happens


@dataclass(frozen=True, slots=True)
class Wave:
    """A push to all couriers within `kilometres`, `after` the beginning of the round."""

    kilometres: int
    after: timedelta


WAVES = (Wave(3, timedelta(0)), Wave(6, timedelta(seconds=20)), Wave(12, timedelta(seconds=50)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A courier that can be asked. `metres` is None without a position; `idle` is the number of seconds on shift."""

    courier_id: str
    metres: float | None
    jobs: int
    idle: float


def next_step(wave: int) -> timedelta | None:
    """Return when the step after a wave is due, from the beginning of the round; None after the last one."""
    if wave + 1 < len(WAVES):
        return WAVES[wave + 1].after
    return UNCLAIMED if wave + 1 == len(WAVES) else None


def nearest(candidates: list[Candidate]) -> list[Candidate]:
    """Return couriers in the order in which they are asked: by distance, then fewest jobs, then longest idle."""
    far = float("inf")
    return sorted(
        candidates,
        key=lambda each: (
            far if each.metres is None else each.metres,
            each.jobs,
            -each.idle,
            each.courier_id,
        ),
    )

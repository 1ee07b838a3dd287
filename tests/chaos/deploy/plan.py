"""The size of a rolling deployment, and what happened in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.stack import ROOT


@dataclass(frozen=True)
class Plan:
    """The size of a run; `root` is the checkout of release N."""

    clients: int
    per_second: float
    notice: int = 2
    seconds: int = 8
    root: Path = ROOT


@dataclass
class Result:
    """What happened."""

    spreads: list[float] = field(default_factory=list)  # parts of the draining time over which clients ended
    answers: dict[str, int] = field(default_factory=dict)
    slowest: float = 0.0
    received: dict[str, int] = field(
        default_factory=dict
    )  # numbers and resyncs of a client, and how many had them
    expected: dict[str, int] = field(default_factory=dict)
    jobs_due: list[int] = field(default_factory=list)
    jobs_done: list[int] = field(default_factory=list)
    orders: tuple[int, int] = (0, 0)  # placed, and in the table
    unsent: int = 0
    usage: dict[str, float] = field(default_factory=dict)  # parts of a core, by process, under load

"""The record of a client: its lines.

`start cursor` · `event position id` · `cut kind why` · `resync` · `asked room` · `joined room` · `renewed` ·
`refused event code`, and of Timing's pages `step type order version status`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

Step = tuple[str, str, int, str]  # type, order, version, status


@dataclass
class Stay:
    """A time in a room that the client asked to join, as positions of the events that it received in any room.

    The last one before its request, the first one after the answer, and the last one before it was disconnected.
    """

    room: str
    before: int
    first: int | None = None
    last: int = 0
    joined: bool = False


@dataclass
class Record:
    """Where a client started, the events it received, why it was disconnected, and other incidents."""

    start: int | None = None
    applied: list[tuple[int, str]] = field(default_factory=list)
    cuts: list[str] = field(default_factory=list)
    resyncs: int = 0
    renewed: int = 0
    refused: list[str] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    steps: list[list[Step]] = field(default_factory=lambda: [[]])  # by connection
    _inside: dict[str, Stay] = field(default_factory=dict)

    @property
    def progress(self) -> int:
        """Return how much of everything was received: all events, or the most steps of one connection."""
        return len(self.applied) + max(map(len, self.steps))

    def add(self, kind: str, rest: str) -> None:
        """Add one line."""
        first, _, second = rest.partition(" ")
        if kind == "event":
            self._add_event(int(first), second)
        elif kind == "start":
            self.start = int(rest.rpartition(".")[2])
        elif kind == "cut":
            self.cuts.append(rest)
            self._inside.clear()
            self.steps.append([])
        elif kind == "asked":
            stay = self._inside[rest] = Stay(rest, self.applied[-1][0] if self.applied else 0)
            self.stays.append(stay)
        elif kind == "joined":
            self._inside[rest].joined = True
        elif kind == "step":
            name, order, version, status = rest.split(" ")
            self.steps[-1].append((name, order, int(version), status))
        elif kind == "refused":
            self.refused.append(rest)
        else:
            self.resyncs += kind == "resync"
            self.renewed += kind == "renewed"

    def _add_event(self, position: int, event: str) -> None:
        self.applied.append((position, event))
        for stay in self._inside.values():
            stay.first = stay.first or (position if stay.joined else None)
            stay.last = position


def read(path: Path) -> Record:
    """Read the record of a client."""
    record = Record()
    for line in path.read_text().splitlines():
        kind, _, rest = line.partition(" ")
        record.add(kind, rest)
    return record

"""What a scenario gets: the amounts of a run, the server, the load generator and the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks.driver import Load
from benchmarks.ground import Ground
from benchmarks.servers import METAIA, Running

Numbers = dict[str, float]


@dataclass(frozen=True)
class Size:
    """The amounts of a run: clients, events, seconds."""

    clients: int = 1_000
    events: int = 200  # one at a time
    bursts: int = 50
    deliveries: int = 250_000  # per number of clients in (f)
    seconds: float = 10.0  # duration of a constant rate
    actions: int = 8_000
    backlog: int = 100_000
    crowds: tuple[float, ...] = (0.1, 1, 5, 10)  # times `clients`


QUICK = Size(
    events=60, bursts=10, deliveries=60_000, seconds=4, actions=2_000, backlog=20_000, crowds=(0.1, 1, 5)
)


@dataclass(frozen=True)
class Bench:
    """The server, the load generator and the database of one scenario."""

    ground: Ground
    server: Running
    load: Load
    size: Size

    def connect(self, tokens: list[str]) -> dict[str, Any]:
        return self.load.do("connect", port=self.server.port, tokens=tokens, sync=self.server.kind.sync)

    def measured(self, task: str, per: int, **what: Any) -> tuple[dict[str, Any], float]:
        """Run a task; return its numbers, and the CPU seconds of the server per item, for `per` items."""
        before = self.server.cpu()
        seen = self.load.do(task, **what)
        self.settle()
        return seen, (self.server.cpu() - before) / per

    def settle(self) -> None:
        """Wait until METAIA has relayed all events and enqueued all jobs."""
        if self.server.kind is METAIA:
            self.ground.settled()

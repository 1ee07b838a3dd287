"""The performance goals (bars) of METAIA, as lines of the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from benchmarks.scenarios import Numbers

Rounds = list[Numbers]
Results = dict[str, dict[str, Rounds]]  # scenario → server → rounds


@dataclass(frozen=True)
class Bar:
    """One goal; `value` is METAIA's number, or its ratio to Node's in the same round."""

    scenario: str
    text: str
    limit: float
    value: float
    at_least: bool = False

    @property
    def passed(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def line(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"({self.scenario}) {self.text}: {self.value:.3g} (bar {sign} {self.limit:g})"


def middle(rounds: Rounds, name: str) -> float:
    return median(numbers[name] for numbers in rounds)


def ratio(results: Results, scenario: str, name: str) -> float:
    """Return the median over the rounds of METAIA's number divided by Node's; noise of a round affects both."""
    ours, theirs = results[scenario]["metaia"], results[scenario]["node"]
    return median(a[name] / b[name] for a, b in zip(ours, theirs, strict=True))


def judge(results: Results, clients: int) -> list[Bar]:
    """Return the goals of the scenarios that were run."""
    bars: list[Bar] = []
    for letter, make in _BARS.items():
        if results.get(letter, {}).get("metaia"):
            bars += make(results, clients)
    return bars


def _a(results: Results, _: int) -> list[Bar]:
    return [Bar("a", "CPU per delivery, of Node's", 0.75, ratio(results, "a", "cpu_us"))]


def _b(results: Results, _: int) -> list[Bar]:
    return [Bar("b", "CPU per delivery, of Node's", 0.25, ratio(results, "b", "cpu_us"))]


def _c(results: Results, _: int) -> list[Bar]:
    ours = results["c"]["metaia"]
    return [
        Bar("c", "p99 at 50 actions/s, ms", 100, middle(ours, "p99_at_50")),
        Bar("c", "worst at 50 actions/s, ms", 250, max(numbers["worst_at_50"] for numbers in ours)),
        Bar("c", "actions/s, of Node's", 1, ratio(results, "c", "actions_s"), at_least=True),
    ]


def _d(results: Results, clients: int) -> list[Bar]:
    crowds = (clients, 5 * clients)
    return [
        Bar("d", f"memory per connection at {crowd:,}, of Node's", 1.5, ratio(results, "d", f"kb_{crowd}"))
        for crowd in crowds
    ]


def _f(results: Results, clients: int) -> list[Bar]:
    ours = results["f"]["metaia"]
    costs = {int(name[7:]): middle(ours, name) for name in ours[0] if name.startswith("cpu_us_")}
    large = [cost for crowd, cost in costs.items() if crowd >= clients]
    return [
        Bar(
            "f",
            "dearest by cheapest CPU per delivery, all crowds",
            1.2,
            max(costs.values()) / min(costs.values()),
        ),
        Bar("f", f"the same, from {clients:,} clients on", 1.2, max(large) / min(large)),
    ]


_BARS: dict[str, Callable[[Results, int], list[Bar]]] = {"a": _a, "b": _b, "c": _c, "d": _d, "f": _f}

"""The report of the results, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.bars import Bar, Results, middle
from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.servers import ALL

BUSY = 0.85  # of a core; above it the load generator may be the bottleneck
_TITLES = {
    "cpu_us": "CPU µs per delivery",
    "cpu_ms": "CPU ms per action",
    "postgres_ms": "PostgreSQL's CPU ms",
    "deliveries_s": "deliveries/s",
    "actions_s": "actions/s until received",
    "answers_s": "actions/s until answered",
    "events_s": "events/s",
    "load_cpu": "load generator's core",
    "empty_mb": "memory when empty, MB",
    "read_p50_before": "GET before, p50 ms",
    "read_p50": "GET meanwhile, p50 ms",
    "read_p99": "p99 ms",
    "read_worst": "worst ms",
}
_BEGINNINGS = {
    "cpu_us_": "CPU µs at {:,}",
    "cpu_ms_": "CPU ms per connection, {:,}",
    "kb_": "KB per connection, {:,}",
    "per_s_": "connections/s, {:,}",
    "p99_": "p99 ms at {:,}",
}


def written(results: Results, bars: list[Bar], machine: dict[str, str], rounds: int) -> str:
    """Return the whole report in Markdown."""
    parts = [f"Medians of {rounds} interleaved round{'s' if rounds > 1 else ''}. Latencies in ms."]
    parts += [
        _table(scenario, results[scenario.letter]) for scenario in SCENARIOS if scenario.letter in results
    ]
    if bars:
        lines = [[bar.line, "pass" if bar.passed else "**missed**"] for bar in bars]
        parts.append("## Bars\n\n" + _markdown([["bar", ""], *lines]))
    busy = list(_busy(results))
    if busy:
        parts.append("The load generator itself was the bottleneck, or nearly, in: " + "; ".join(busy) + ".")
    parts.append("## Machine\n\n" + _markdown([["what", ""], *([k, v] for k, v in machine.items())]))
    return "\n\n".join(parts) + "\n"


def _table(scenario: Scenario, servers: dict[str, list[dict[str, float]]]) -> str:
    names = list(dict.fromkeys(name for rounds in servers.values() for name in rounds[0]))
    names.sort(key=lambda name: name == "load_cpu")
    kinds = [kind for kind in ALL if kind.name in servers]
    if len(kinds) * 3 < len(names):  # tall, not wide
        rows = [["", *(kind.title for kind in kinds)]]
        rows += [[_title(name), *(_shown(servers[kind.name], name) for kind in kinds)] for name in names]
    else:
        rows = [["", *map(_title, names)]]
        rows += [[kind.title, *(_shown(servers[kind.name], name) for name in names)] for kind in kinds]
    return f"## ({scenario.letter}) {scenario.title}\n\n{_markdown(rows)}"


def _shown(rounds: list[dict[str, float]], name: str) -> str:
    value = middle(rounds, name)
    if name == "load_cpu":
        return f"{value:.0%}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _title(name: str) -> str:
    if name in _TITLES:
        return _TITLES[name]
    for beginning, title in _BEGINNINGS.items():
        rest = name.removeprefix(beginning)
        if rest != name and rest.isdigit():
            return title.format(int(rest))
    return name.replace("_at_", " at ").replace("_", " ")


def _busy(results: Results) -> Iterable[str]:
    for letter, servers in results.items():
        for name, rounds in servers.items():
            share = max(numbers.get("load_cpu", 0) for numbers in rounds)
            if share > BUSY:
                yield f"({letter}) {name}, {share:.0%} of a core"


def _markdown(rows: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rule = ["-" * max(3, width) for width in widths]
    lines = [rows[0], rule, *rows[1:]]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in lines
    )

"""`make bench`: METAIA and its peers in the same run. See benchmarks/README.md."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import bars, machine, plot, report
from benchmarks.bench import QUICK, Bench, Size
from benchmarks.driver import load
from benchmarks.ground import ROOT, Ground, ground
from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.servers import ALL, Kind, install_node_packages, running

RESULTS = ROOT / "benchmarks/results"


def main() -> int:
    options = _options()
    size = replace(QUICK if options.quick else Size(), clients=options.clients)
    chosen = [scenario for scenario in SCENARIOS if scenario.letter in options.only]
    install_node_packages()
    _, most = resource.getrlimit(
        resource.RLIMIT_NOFILE
    )  # for all children: each client is an open file at both ends
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    results: bars.Results = {scenario.letter: {} for scenario in chosen}
    failures: list[str] = []
    with ground() as shared:
        about = machine.described(shared)
        for number in range(options.rounds):
            for scenario in chosen:
                for kind in scenario.kinds:
                    if kind.name in options.servers:
                        _run(scenario, kind, shared, size, f"round {number + 1}", results, failures)
    _keep_whole_rounds(results)
    judged = bars.judge(results, size.clients) if "node" in options.servers else []
    text = report.written(results, judged, about, options.rounds)
    if failures:
        text += "\nFailed: " + "; ".join(failures) + "\n"
    _write(options, results, text, about)
    sys.stdout.write("\n" + text)
    return 1 if failures else 0


def _run(
    scenario: Scenario,
    kind: Kind,
    shared: Ground,
    size: Size,
    where: str,
    results: bars.Results,
    failures: list[str],
) -> None:
    begun = time.monotonic()
    name = f"{where} ({scenario.letter}) {kind.title}"
    try:
        with running(kind, shared) as server, load() as clients:
            numbers = scenario.run(Bench(shared, server, clients, size))
    except (RuntimeError, TimeoutError, OSError) as error:
        failures.append(f"{name}: {error}")
        sys.stderr.write(f"{name}: {error}\n{_log_tail(shared, kind)}\n")
        return
    results[scenario.letter].setdefault(kind.name, []).append(numbers)
    shown = "  ".join(f"{key} {value:.4g}" for key, value in numbers.items())
    sys.stderr.write(f"{name}, {time.monotonic() - begun:.0f} s: {shown}\n")


def _log_tail(shared: Ground, kind: Kind) -> str:
    """Return the end of a server's log, without successful requests."""
    lines = (shared.home / f"{kind.name}.log").read_text(errors="replace").splitlines()
    return "\n".join(line[:3_000] for line in lines if '"event": "request"' not in line)[-6_000:]


def _keep_whole_rounds(results: bars.Results) -> None:
    """Keep only as many rounds as every server has, because servers are compared round by round."""
    for letter, servers in list(results.items()):
        fewest = min((len(rounds) for rounds in servers.values()), default=0)
        if not fewest:
            del results[letter]
        for rounds in servers.values():
            del rounds[fewest:]


def _write(options: argparse.Namespace, results: bars.Results, text: str, about: dict[str, str]) -> None:
    whole = set(options.only) == {s.letter for s in SCENARIOS} and set(options.servers) == {
        k.name for k in ALL
    }
    parts = [f"{datetime.now(UTC):%Y-%m-%d}", *(["quick"] if options.quick else [])]
    name = "-".join(parts if whole else [*parts, *options.only])
    title = f"METAIA and its peers, {name}"
    RESULTS.mkdir(exist_ok=True)
    picture = f"![the same as a picture]({name}.svg)"
    _file(f"{name}.md", f"# {title}\n\n{picture}\n\n{text}")
    _file(f"{name}.json", json.dumps({"machine": about, "rounds": results}, indent=1) + "\n")
    _file(f"{name}.svg", plot.drawn(results, title))


def _file(name: str, text: str) -> None:
    Path(RESULTS, name).write_text(text, encoding="utf-8")


def _options() -> argparse.Namespace:
    def names(text: str) -> list[str]:
        return [name.strip() for name in text.split(",") if name.strip()]

    parser = argparse.ArgumentParser(
        prog="make bench ARGS=…", description="METAIA and its peers side by side."
    )
    letters, servers = [s.letter for s in SCENARIOS], [k.name for k in ALL]
    parser.add_argument("--only", type=names, default=letters, help=f"scenarios, of {','.join(letters)}")
    parser.add_argument("--servers", type=names, default=servers, help=f"of {','.join(servers)}")
    parser.add_argument("--rounds", type=int, help="interleaved rounds; 3, or 1 with --quick")
    parser.add_argument("--clients", type=int, default=1_000)
    parser.add_argument(
        "--quick", action="store_true", help="one round with less work: to see that all of it runs"
    )
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else 3)
    unknown = {*options.only} - {*letters} | {*options.servers} - {*servers}
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    sys.exit(main())

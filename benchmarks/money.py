"""Time what money needs: webhooks of payments at 50 a second, and postings to a ledger of a million entries.

Usage: python -m benchmarks.money [--quick] [--rounds N] [--seconds N] [--entries N] [--postings N]

(a) Webhooks of Razorpay, each about another payment, while no worker runs and while one processes them: time to the
    answer. Each call must be stored, and with the worker its payment completed.
(b) Postings, one after another, with few and with many entries in the ledger.

Both with fsync on and off. `--quick` is a smoke test of two minutes.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from benchmarks import ledger
from benchmarks.driver import Load, load
from benchmarks.ground import ROOT, Ground, ground
from benchmarks.load.seen import summary
from benchmarks.servers import METAIA, Running, pin, running
from metaia.core import db
from metaia.dev.process_registry import start, stop
from metaia.ledger import service
from metaia.ledger.chart import Posting, credit, debit

RATE = 50  # webhooks per second
ANSWER_GOAL, POSTING_GOAL = 100.0, 1.2  # p99 in milliseconds; median with many entries to that with few
FEW = 10_000  # entries
DIGESTED = "SELECT count(*) FROM webhook_inbox WHERE digested_at IS NULL"
COMPLETED = "SELECT count(*) FROM payments WHERE status = 'completed'"
SECRET = "benchmark-webhook-secret"
_names = (f"{os.getpid()}n{number}x" for number in itertools.count())


@dataclass(frozen=True)
class Given:
    """The arguments."""

    rounds: int
    seconds: int
    entries: int
    postings: int


@dataclass(frozen=True)
class Run:
    """A server, its tables and the load generator."""

    ground: Ground
    server: Running
    load: Load

    def send(self, seconds: int) -> dict[str, float]:
        """Send RATE webhooks a second; return the times to their answers. Raises RuntimeError if one is not stored."""
        before, count = self._stored(), RATE * seconds
        seen = self.load.do(
            "webhooks", port=self.server.port, secret=SECRET, name=next(_names), count=count, rate=RATE
        )
        if self._stored() - before != count:
            raise RuntimeError(f"{self._stored() - before} of {count} answered webhooks are stored")
        found: dict[str, float] = seen["answer"]
        return found

    def digested(self, within: float = 600) -> float:
        """Wait until all webhooks are processed and their payments completed; return the seconds."""
        begun = time.monotonic()
        while self.ground.value(DIGESTED):
            if time.monotonic() - begun > within:
                raise TimeoutError("the webhooks are not processed")
            time.sleep(0.05)
        if (completed := self.ground.value(COMPLETED)) != self._stored():
            raise RuntimeError(f"{completed} payments of {self._stored()} webhooks are completed")
        return time.monotonic() - begun

    def _stored(self) -> int:
        return int(self.ground.value("SELECT count(*) FROM webhook_inbox"))


def webhooks(given: Given, *, durable: bool) -> bool:
    """Print the times to the answers; return whether the goal is reached."""
    found: dict[str, list[float]] = {"no worker": [], "a worker": []}
    with ground(durable=durable) as shared:
        shared.environment["RAZORPAY_WEBHOOK_SECRET"] = SECRET
        with running(METAIA, shared) as server, load() as clients:
            run = Run(shared, server, clients)
            run.send(1)  # warm up
            for number in range(given.rounds):
                found["no worker"].append(_shown(number, "no worker", run.send(given.seconds)))
                with _worker(shared):
                    waited = run.digested()
                    found["a worker"].append(_shown(number, "a worker", run.send(given.seconds)))
                    last = run.digested()
                print(f"      stored ones processed in {waited:.1f} s, the last {last:.1f} s after the load")
    for name, values in found.items():
        print(f"  (a) {name}: p99 {median(values):.1f} ms, goal {ANSWER_GOAL:.0f}", flush=True)
    return max(map(median, found.values())) <= ANSWER_GOAL


def postings(given: Given, *, durable: bool) -> bool:
    """Print the times of postings with few and with many entries; return whether the goal is reached."""
    with ledger.application(durable=durable):
        ledger.grow(FEW)
        few = _posting_times(given.postings)
        ledger.grow(given.entries)
        many = _posting_times(given.postings)
    ratio = many["p50"] / few["p50"]
    for name, entries, times in (("few", FEW, few), ("many", FEW + given.entries, many)):
        print(f"  (b) {name}, {entries:,} entries: p50 {times['p50']:.2f} ms, p99 {times['p99']:.2f} ms")
    print(f"  (b) ratio p50 {ratio:.2f}, goal {POSTING_GOAL}; p99 {many['p99'] / few['p99']:.2f}", flush=True)
    return ratio <= POSTING_GOAL


def _posting_times(count: int) -> dict[str, float]:
    """Return the times of postings of captured payments: one gateway, a random partner each."""
    gateway, *partners = ledger.SEEDED
    chosen = random.Random(count)
    times = array("d")
    for _ in range(count):
        lines = [debit(gateway, 100), credit(chosen.choice(partners), 100)]
        begun = time.perf_counter()
        with db.transaction():
            service.post(Posting(f"timed:{time.time_ns()}", "captured", lines))
        times.append(time.perf_counter() - begun)
    return summary(times)


@contextmanager
def _worker(shared: Ground) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker, on the second core as the load generator."""
    log = shared.home / "worker.log"
    process = start([sys.executable, "worker.py"], ROOT, log, env=shared.environment)
    pin(process.pid, 1)
    try:
        yield process
    finally:
        stop(process)


def _shown(number: int, name: str, times: dict[str, float]) -> float:
    shown = ", ".join(f"{each} {times[each]:.1f} ms" for each in ("p50", "p95", "p99", "worst"))
    print(f"    round {number + 1}, {name}: {shown}", flush=True)
    return times["p99"]


def main() -> int:
    """Print all numbers; return 1 if a goal is missed."""
    given = _given()
    reached = []
    for durable in (True, False):
        print(f"fsync {'on' if durable else 'off'}, load {os.getloadavg()[0]:.1f}", flush=True)
        reached += [webhooks(given, durable=durable), postings(given, durable=durable)]
    return int(not all(reached))


def _given() -> Given:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    sizes = {"rounds": (3, 1), "seconds": (20, 3), "entries": (1_000_000, 50_000), "postings": (2000, 200)}
    for name in sizes:
        parser.add_argument(f"--{name}", type=int)
    read = parser.parse_args()
    return Given(
        **{
            name: getattr(read, name) or (quick if read.quick else usual)
            for name, (usual, quick) in sizes.items()
        }
    )


if __name__ == "__main__":
    sys.exit(main())

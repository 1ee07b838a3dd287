"""Uploads, in ratios of one run: `python -m benchmarks.media [ROUNDS]`, about three minutes.

(a) A photo of 12 megapixels from POST to ready, against bare Pillow that makes the same files: goal 2.5.
(b) `accept` of an order to the event at a socket, p99 at 50 a second, while 8 clients upload, against none: goal 1.5.
(c) The greatest delay of the event loop of the web process meanwhile and for each hostile file, and the memory that
    the sandbox takes for that file.
"""

from __future__ import annotations

import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
import structlog

from benchmarks import ground as grounds
from benchmarks.driver import Load, load
from benchmarks.ground import ROOT, Ground
from benchmarks.hostile import FILES
from benchmarks.pictures import bare, photo, timed
from benchmarks.servers import Kind, Running, pin, running
from metaia.dev.process_registry import start, stop
from metaia.media.processing import child

END_TO_END_BAR, EVENT_BAR = 2.5, 1.5
CLIENTS = 200  # sockets
RATE, SECONDS = 50, 10  # orders per second
PHONE, FAST = 1e6, 1e9  # bytes per second of one client
MEGABYTE = 1024 * 1024


class Lagging(Kind):
    """METAIA with a record of the delays of its event loop (lag.py)."""

    def command(self, port: int) -> list[str | Path]:
        """Return the command of the server."""
        return [*super().command(port)[:-1], "benchmarks.lag:app"]


SERVER = Lagging("metaia", "METAIA", "/api/system/health/ready", sync=True)


@dataclass(frozen=True)
class Run:
    """The server, its tables and the load generator."""

    ground: Ground
    server: Running
    load: Load

    def post(self, kind: str, body: bytes, content_type: str, customer: int) -> requests.Response:
        """Upload a file, with a new key, and wait until it is processed."""
        url = f"http://127.0.0.1:{self.server.port}/api/upload/{kind}?wait=10"
        token, [key] = grounds.token(self.ground.customers[customer]), grounds.new_ids(1)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": content_type, "Idempotency-Key": key}
        while True:
            answer = requests.post(url, data=body, headers=headers, timeout=60)
            if answer.status_code != 202:
                return answer

    def lag(self, begun: float) -> str:
        """Return the greatest delay of the event loop since a monotonic time, and the most CPU time of one turn."""
        late, busy = self.delays(begun)
        return f"event loop {late:.0f} ms, CPU {busy:.0f} ms"

    def delays(self, begun: float) -> tuple[float, float]:
        """Return both values of `lag`, in milliseconds."""
        time.sleep(0.01)
        lines = [line.split() for line in (self.ground.home / "lag").read_text().splitlines()[:-1]]
        late, busy = zip(*(line[1:] for line in lines if float(line[0]) >= begun), strict=True)
        return 1e3 * max(map(float, late)), 1e3 * max(map(float, busy))


def main(rounds: int) -> int:
    """Print all numbers; return 1 if a ratio misses its goal."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    picture = photo()
    with ExitStack() as stack:
        ground = stack.enter_context(grounds.ground())
        server = stack.enter_context(running(SERVER, ground))
        run = Run(ground, server, stack.enter_context(load()))
        with worker(ground):
            end_to_end = statistics.median(_end_to_end(run, picture, rounds))
            _hostile(run)
        ratio = _events(run, picture)
    print(f"(a) {end_to_end:.2f}, goal {END_TO_END_BAR}; (b) {ratio:.2f}, goal {EVENT_BAR}")
    return int(end_to_end > END_TO_END_BAR or ratio > EVENT_BAR)


@contextmanager
def worker(ground: Ground, queue: str = "media") -> Iterator[None]:
    """Run a worker of a queue."""
    command = [sys.executable, "worker.py", queue]
    process = start(command, ROOT, ground.home / "worker.log", env=ground.environment)
    try:
        yield
    finally:
        stop(process)


def _end_to_end(run: Run, picture: bytes, rounds: int) -> Iterator[float]:
    """Yield the ratio of each round; the first upload only waits for the worker."""
    run.post("image", picture, "image/jpeg", 0)
    for number in range(rounds):
        theirs, _ = timed(lambda: bare(picture))
        begun = time.monotonic()
        ours, _ = timed(lambda: _ready(run.post("image", picture, "image/jpeg", number)))  # noqa: B023
        print(
            f"(a) bare Pillow {theirs:.2f} s, POST to ready {ours:.2f} s, ratio {ours / theirs:.2f}; {run.lag(begun)}",
            flush=True,
        )
        yield ours / theirs


def _ready(answer: requests.Response) -> None:
    assert answer.status_code == 201, answer.text


def _events(run: Run, picture: bytes) -> float:
    """Print the latency of events without and with uploads; return the ratio of phones' uploads, not processed here."""
    tokens = [grounds.token(customer) for customer in run.ground.customers]
    run.load.do("connect", port=run.server.port, tokens=tokens, sync=True)
    _accepts(run, "warming up")
    quiet = _accepts(run, "without uploads")
    with uploading(run, picture, PHONE):
        phones = _accepts(run, "8 clients at 1 MB/s")
    with uploading(run, picture, FAST):
        _accepts(run, "8 clients at full speed")
    with worker(run.ground), uploading(run, picture, PHONE):
        _accepts(run, "8 clients at 1 MB/s, and the processing")
    return phones / quiet


def _accepts(run: Run, name: str) -> float:
    """Accept orders at RATE, and print the latency to the event; return its 99th percentile in milliseconds."""
    orders, token = run.ground.orders(RATE * SECONDS), grounds.token(run.ground.partner, "tailor")
    begun = time.monotonic()
    seen = run.load.do("actions", port=run.server.port, token=token, orders=orders, rate=RATE)["latency"]
    print(f"(b) {name}: p50 {seen['p50']:.1f} ms, p99 {seen['p99']:.1f} ms; {run.lag(begun)}", flush=True)
    return float(seen["p99"])


@contextmanager
def uploading(run: Run, picture: bytes, rate: float) -> Iterator[None]:
    """Upload with 8 clients, on the second core, and print how many files."""
    (file := run.ground.home / "photo.jpg").write_bytes(picture)
    command = [sys.executable, "-m", "benchmarks.uploading", str(run.server.port), str(rate), str(file)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    pin(process.pid, 1)
    process.stdin.write(json.dumps([grounds.token(customer) for customer in run.ground.customers]).encode())
    process.stdin.close()
    try:
        yield
        assert process.poll() is None, "the uploads have ended by themselves"
    finally:
        process.kill()
        print(f"    {len(process.stdout.read())} uploads")
        process.wait()


def _hostile(run: Run) -> None:
    """Print what becomes of each hostile file."""
    for number, (name, (kind, content_type, make)) in enumerate(FILES.items()):
        body = make()
        begun = time.monotonic()
        answer = run.post(kind, body, content_type, number)
        seconds, lag = time.monotonic() - begun, run.lag(begun)
        code = "accepted" if answer.ok else answer.json()["error"]["code"]
        print(
            f"(c) {name}: {answer.status_code} {code} in {seconds:.1f} s; {lag};"
            f" sandbox {_memory(kind, content_type, body)}",
            flush=True,
        )


def _memory(kind: str, content_type: str, body: bytes) -> str:
    """Return what the sandbox takes for a file, also if the server would not give it the file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (file := folder / "file").write_bytes(body)
        (out := folder / "out").mkdir()
        outcome = child.run(kind, content_type, file, out)
    return f"{outcome.peak / MEGABYTE:.0f} MB" if outcome.peak else "ended by its limits"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))

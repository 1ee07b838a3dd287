"""What measurements of growing tables share: an application on private services, medians of calls, and their table."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import flask_migrate

from metaia.app import create_app
from metaia.core import db
from metaia.dev.services import private_postgres, private_redis

CALLS, MINUTES = 30, 8.0
Calls = Mapping[str, Callable[[], object]]


@contextmanager
def application() -> Iterator[None]:
    """Give an application with all tables on a private PostgreSQL and Redis."""
    home = Path(tempfile.mkdtemp(prefix="metaia-growth-"))
    try:
        with private_postgres(home, "metaia", durable=False) as url, private_redis(home) as redis:
            os.environ |= {"DATABASE_URL": url, "REDIS_URL": redis, "METAIA_ENV": "testing"}
            os.environ |= {"METAIA_HOME": str(home), "SECRET_KEY": "s" * 40, "JWT_SECRET_KEY": "j" * 40}
            with create_app().app_context():
                flask_migrate.upgrade()
                yield
    finally:
        shutil.rmtree(home, ignore_errors=True)


def grown(sizes: Sequence[int], step: int, add: Callable[[int, int], None], minutes: float) -> Iterator[int]:
    """Let tables grow to each size by `add(first, last)`, and yield it.

    After so many minutes of growing, what they have reached is the last one. PostgreSQL's planner knows the sizes.
    """
    spent, count = 0.0, 0
    for size in sizes:
        while count < size and spent < 60 * minutes:
            began = time.monotonic()
            add(count + 1, count := min(count + step, size))
            spent += time.monotonic() - began
            print(f"\r{count:,} of {sizes[-1]:,}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        analyze()
        yield count
        if count < size:
            print(f"{minutes:g} minutes are over", file=sys.stderr)
            return


def analyze() -> None:
    """Let PostgreSQL's planner know the sizes of all tables."""
    with db.transaction():
        db.ddl("ANALYZE")


def measure(calls: Calls, count: int = CALLS) -> dict[str, float]:
    """Return the median of `count` calls of each, in milliseconds."""
    found = {}
    for name, call in calls.items():
        taken = []
        for _ in range(count):
            began = time.perf_counter()
            call()
            taken.append(time.perf_counter() - began)
        found[name] = 1000 * median(taken)
    return found


def show(sizes: Sequence[int], results: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Print the milliseconds of each size, and the ratios of the last one to the first one; return these."""
    ratios = {name: results[-1][name] / results[0][name] for name in results[0]}
    print(f"{'':32}" + "".join(f"{size:>12,}" for size in sizes) + "   ratio")
    for name, ratio in ratios.items():
        print(f"{name:32}" + "".join(f"{each[name]:>9.2f} ms" for each in results) + f"{ratio:>8.2f}")
    return ratios

"""Orders are processed and events committed while all faults happen; every client gets each event once, in order.

`CHAOS_SEED=… make test ARGS="-k under_all_faults"` repeats the same faults in the same order; with `CHAOS_KEEP=1` the
logs of all processes are kept.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.chaos import checker, expectations
from tests.chaos.installation import Installation, running_installation
from tests.chaos.run import Run
from tests.support.people import World
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
EVENTS = 20_000


@pytest.fixture
def built(environment: dict[str, str]) -> Iterator[Installation]:
    with running_installation(environment) as running:
        running.rows("CREATE TABLE chaos_committed (id uuid PRIMARY KEY, rooms text NOT NULL)")
        yield running


def problems(run: Run) -> list[str]:
    """Return all problems."""
    found = checker.in_tables(run.installation)
    found += checker.missing(run.installation, set(run.committed.read_text().split()), run.actors.placed)
    found += [f"answered {code}" for code in run.actors.answers if code.startswith("5") and code != "503"]
    for device in run.devices:
        found += expectations.problems(run.installation, device, run.read(device))
    return found


def story(run: Run) -> str:
    """Return what happened, for the analysis of a failure."""
    records = {device.name: run.read(device) for device in run.devices}
    applied = {name: len(record.applied) for name, record in records.items()}
    cuts = Counter(why for record in records.values() for why in record.cuts)
    lines = [f"CHAOS_SEED={run.seed} in {run.installation.folder}", *run.log]
    lines += [f"{len(run.actors.placed)} orders, answers: {dict(run.actors.answers)}", f"applied: {applied}"]
    return "\n".join([*lines, *(f"{count:6} times cut: {why}" for why, count in cuts.most_common())])


def test_under_all_faults_nothing_is_lost_doubled_or_reordered(built: Installation) -> None:
    seed = os.environ.get("CHAOS_SEED") or str(random.randrange(10**9))
    with World(built.url) as world:
        run = Run(built, world, seed)
        try:
            run.play(EVENTS)
            until(lambda: not built.rows("SELECT FROM outbox"), "all jobs are handed over")
            found = problems(run)
        finally:
            print(story(run))
        assert not found, "\n".join(found)

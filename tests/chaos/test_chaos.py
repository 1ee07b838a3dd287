"""While orders travel and much is said, everything goes wrong in turn; every client applies all, once, in order.

`CHAOS_SEED=… make test ARGS="-k everything_goes_wrong"` goes through the same faults again, in the same order;
with `CHAOS_KEEP=1` the logs of all processes are kept.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.chaos import checker
from tests.chaos import expectations as hearing
from tests.chaos.installation import House, house
from tests.chaos.run import Run
from tests.support.people import World
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
EVENTS = 20_000


@pytest.fixture
def built(environment: dict[str, str]) -> Iterator[House]:
    with house(environment) as running:
        running.rows("CREATE TABLE chaos_said (id uuid PRIMARY KEY, rooms text NOT NULL)")
        yield running


def problems(run: Run) -> list[str]:
    """Return everything that is not as it should be."""
    found = checker.in_tables(run.house)
    found += checker.forgotten(run.house, set(run.said.read_text().split()), run.cast.placed)
    found += [f"answered {code}" for code in run.cast.answers if code.startswith("5") and code != "503"]
    for device in run.devices:
        found += hearing.problems(run.house, device, run.read(device))
    return found


def story(run: Run) -> str:
    """Return what happened, for whoever has to find out why."""
    records = {device.name: run.read(device) for device in run.devices}
    applied = {name: len(record.applied) for name, record in records.items()}
    cuts = Counter(why for record in records.values() for why in record.cuts)
    lines = [f"CHAOS_SEED={run.seed} in {run.house.folder}", *run.diary]
    lines += [f"{len(run.cast.placed)} orders, answers: {dict(run.cast.answers)}", f"applied: {applied}"]
    return "\n".join([*lines, *(f"{count:6} times cut: {why}" for why, count in cuts.most_common())])


def test_everything_goes_wrong_and_nothing_is_lost_or_doubled_or_out_of_order(built: House) -> None:
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

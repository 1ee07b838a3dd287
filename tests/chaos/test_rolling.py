"""A rolling deployment under load: no request fails, no event and no job is lost, clients return little by little.

`ROLLING_CLIENTS=1000 ROLLING_RATE=50 make chaos ARGS="-k rolling -s"` is the full size; tools/try_rolling.py deploys
from another commit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.deploy.plan import Plan
from tests.chaos.deploy.rolling import Rolling
from tests.e2e.stack import Stack, stack

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
PLAN = Plan(
    int(os.environ.get("ROLLING_CLIENTS", "200")),
    float(os.environ.get("ROLLING_RATE", "10")),
    root=Path(os.environ.get("ROLLING_FROM", Path(__file__).parents[2])),
)


@pytest.fixture
def own(environment: dict[str, str], tmp_path: Path) -> Iterator[Stack]:
    """Give an installation without processes."""
    with stack(environment, tmp_path) as (started, _):
        yield started


def test_a_rolling_deployment_loses_nothing_and_fails_no_request(own: Stack) -> None:
    result = Rolling(own, PLAN).play()
    print(f"{PLAN.clients} clients, requests {result.answers}, slowest {result.slowest:.2f} s")
    print(f"{len(result.jobs_due)} new jobs; clients ended over {result.spreads} of the draining time")
    print(f"parts of a core: {result.usage}, in all {sum(result.usage.values()):.2f}")
    assert [status for status in result.answers if status.startswith("5")] == []
    assert {"200", "201"} <= result.answers.keys()
    assert result.received == result.expected
    assert result.jobs_done == result.jobs_due
    assert result.orders[0] == result.orders[1]
    assert result.unsent == 0
    assert min(result.spreads) >= 0.8

"""What processes observe about themselves is in the tables once they have stopped, however short they ran."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.e2e.stack import Stack, ended, only_child, stack, stop
from tests.support.people import World
from tests.support.waiting import until

pytestmark = pytest.mark.e2e


@pytest.fixture
def own(environment: dict[str, str], tmp_path: Path) -> Iterator[Stack]:
    """Give an installation without processes."""
    with stack(environment, tmp_path) as (started, _):
        yield started


def seconds(own: Stack, kind: str) -> set[str]:
    """Return the names with durations of a kind."""
    return {str(name) for (name,) in own.rows("SELECT name FROM performance_minutes WHERE kind = %s", kind)}


def test_a_web_process_reports_its_errors_and_durations_before_it_exits(own: Stack) -> None:
    process = own.web()
    own.rows("ALTER TABLE partner_categories RENAME TO categories_away")
    assert requests.get(f"{own.url}/api/categories", timeout=30).status_code == 500
    own.rows("ALTER TABLE categories_away RENAME TO partner_categories")
    stop(process)
    ((type_, function, count, users),) = own.rows("SELECT type, function, count, users::text FROM errors")
    assert "ProgrammingError" in str(type_)
    assert str(function).startswith("metaia.shops.categories")
    assert (count, str(users).strip("0")) == (1, "")
    assert "GET /api/categories" in seconds(own, "route")
    assert own.rows("SELECT count(*) FROM releases") == [(1,)]


def test_a_killed_process_loses_its_counts_only(own: Stack) -> None:
    process = own.web()
    requests.get(f"{own.url}/api/categories", timeout=30)
    only_child(process).kill()
    until(own.ready, "another worker serves")
    assert requests.get(f"{own.url}/api/categories", timeout=30).status_code == 200
    stop(process)
    assert "GET /api/categories" in seconds(own, "route")


def test_a_relay_and_a_worker_report_before_they_exit(own: Stack) -> None:
    web = own.web(RELAY_IN_WEB="false")
    relay = own._start("relay", "-m", "flask", "--app", "wsgi", "relay")
    worker = own.worker()
    until(lambda: "leads the relay" in own.log("relay"), "the relay leads")
    with World(own.url) as world:
        world.person().order()
        until(lambda: own.rows("SELECT count(*) FROM outbox") == [(0,)], "the relay has moved everything")
    stop(web)
    own.rows("DELETE FROM performance_minutes")
    stop(relay)
    assert seconds(own, "hub") == {""}
    worker.terminate()
    ended(worker)
    assert {"default"} <= seconds(own, "job_run") & seconds(own, "job_wait")

"""Behind a pooler: no process leads the relay until it is given PostgreSQL's own address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest
import requests

from tests.e2e.stack import Stack, stack
from tests.support.people import World
from tests.support.pooler import pooler

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
LOCKS = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 1296389185"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
def own(environment: dict[str, str], tmp_path: Path) -> Iterator[tuple[Stack, str]]:
    """Give an installation without processes, and the URL of a pooler before its database."""
    with stack(environment, tmp_path) as (started, _), pooler(started.settings["DATABASE_URL"]) as pooled:
        yield started, pooled


def test_behind_a_pooler_none_leads_and_ready_names_the_setting(own: tuple[Stack, str]) -> None:
    """Two processes led at once, and one of them ended a pooled connection that served a request."""
    installation, pooled = own
    command = ("-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app")
    installation._start("web", *command, DATABASE_URL=pooled, WEB_CONCURRENCY="2")
    with gevent.Timeout(45, AssertionError("they have not tried to lead")):  # two starts, on a busy machine
        while installation.log("web").count("cannot lead the relay") < 2:
            gevent.sleep(0.1)
    answer = requests.get(f"{installation.url}/api/system/health/ready", timeout=30)
    assert answer.status_code == 503
    assert "set DATABASE_DIRECT_URL" in answer.json()["error"]["details"]["relay"]
    with World(installation.url) as world:
        person = world.person()
        person.order()
        assert person.get("/api/orders").ok
    assert installation.rows(LOCKS) == [(0,)]
    assert "this process leads the relay" not in installation.log("web")


def test_with_a_direct_address_one_process_leads(own: tuple[Stack, str]) -> None:
    installation, pooled = own
    installation.web(
        DATABASE_URL=pooled, DATABASE_DIRECT_URL=installation.settings["DATABASE_URL"], WEB_CONCURRENCY="2"
    )
    with World(installation.url) as world:
        customer = world.person()
        screen = customer.socket()
        customer.order()
        screen.wait("order_update")
    assert installation.log("web").count("this process leads the relay") == 1

"""A client with the library's own defaults, against processes that are killed: it misses nothing, and knows it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.stack import kill, stack, stop
from tests.js.node import stock_client
from tests.support.people import World
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]


@pytest.mark.parametrize("end", [stop, kill])
def test_a_restart_loses_no_event_of_a_stock_client(
    environment: dict[str, str], tmp_path: Path, end: Callable[[subprocess.Popen[bytes]], object]
) -> None:
    with stack(environment, tmp_path) as (running, _), World(running.url) as people:
        web = running.web()
        person = people.person()
        with stock_client(running.url, person.token) as script:
            script.wait("sync")
            before = person.order()
            script.wait("order_update")
            end(web)
            script.wait("disconnect")
            running.rows(
                "INSERT INTO outbox (kind, uid, type, payload, audience, created_at) SELECT 'event',"
                " gen_random_uuid(), 'notification.created', jsonb_build_object('id', n), ARRAY[%s], now()"
                " FROM generate_series(1, 3) AS n",
                f"user-{person.id}",
            )
            running.web()
            assert [event["recovered"] for event in script.wait("connect", 2)] == [False, True]
            until(lambda: {1, 2, 3} <= {event["id"] for event in script.of("new_notification")})
            order = person.order()
            until(lambda: order["id"] in {event["orderId"] for event in script.of("order_update")})
            assert not any(sync["resync"] for sync in script.of("sync"))
            assert before["id"] == script.of("order_update")[0]["orderId"]

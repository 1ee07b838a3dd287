"""Presence over real processes: sent from one to the other, and kept when they are killed."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tests.e2e.stack import stack
from tests.support.people import World
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
CLIENTS = 6  # so many that one process most probably does not get them all


def test_a_busy_partner_stays_busy_in_all_processes_after_a_kill(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with stack(environment, tmp_path) as (own, _):
        gunicorn = psutil.Process(own.web(WEB_CONCURRENCY="2").pid)
        with World(own.url) as world:
            tailor, customer = world.person("tailor"), world.person()
            screens = [customer.socket() for _ in range(CLIENTS)]
            for screen in screens:
                assert screen.ask("join_partner_room", tailor.id)["data"]["status"] == "offline"
            assert tailor.socket().ask("presence:set", "busy")["ok"]
            for screen in screens:
                assert screen.wait("tailor_status_update")[0] == {"partnerId": tailor.id, "status": "busy"}
            killed = gunicorn.children()
            for process in killed:
                process.kill()
            until(lambda: not any(screen.client.connected for screen in screens))
        until(own.ready, "gunicorn has started others")
        with World(own.url) as world:
            tailor.world = customer.world = world
            tailor.socket()
            for _ in range(CLIENTS):
                assert customer.socket().ask("join_partner_room", tailor.id)["data"]["status"] == "busy"
            (shown,) = customer.get("/api/presence").json()["data"]["presences"]
            assert shown == {"userId": tailor.id, "role": "tailor", "status": "busy"}

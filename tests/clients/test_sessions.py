"""Two tabs of one browser share a session: TABS_EXPIRIES=200 makes 200 new tokens for each, with lost answers."""

from __future__ import annotations

import os

import gevent
import pytest

from tests.clients.node import process
from tests.clients.proxy import Proxy

pytestmark = pytest.mark.clients
EXPIRIES = int(os.environ.get("TABS_EXPIRIES", "25"))


@pytest.mark.parametrize("locks", [True, False], ids=["locks", "no-locks"])
def test_two_tabs_with_lost_answers_stay_logged_in(locks, world):
    tailor = world.person("tailor")
    with (
        process(*(() if locks else ("no-locks",))) as clients,
        Proxy(int(world.url.rsplit(":", 1)[1])) as proxy,
    ):
        tabs = [clients.client(proxy.url, tabsOf="browser") for _ in range(2)]
        tabs[0].live(tailor)
        tabs[1].call("auth.restore")
        tabs[1].call("connection.start")
        tabs[1].until(lambda it: it.state == "live")
        proxy.lost_answers = 0.1
        for _ in range(EXPIRIES):
            both = [gevent.spawn(tab.call, "auth.refresh") for tab in tabs]
            gevent.joinall(both, raise_error=True)
        proxy.lost_answers = 0.0
        for tab in tabs:
            assert "signed_out" not in [line.get("state") for line in tab.lines]
            assert tab.read("auth.user")["id"] == tailor.id
            assert tab.call("rest.GET", "/api/auth/me", {})["status"] == 200


def test_a_logout_in_one_tab_is_one_in_the_other(world, clients):
    tailor = world.person("tailor")
    first = clients.client(world.url, tabsOf="browser").live(tailor)
    second = clients.client(world.url, tabsOf="browser")
    second.call("auth.restore")
    second.call("connection.start")
    second.until(lambda it: it.state == "live")
    first.call("auth.logout")
    second.until(lambda it: it.state == "signed_out")
    assert second.read("orders").get("byId", {}) == {}

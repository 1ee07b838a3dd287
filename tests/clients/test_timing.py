"""Timing's client against the real server: messages of its guide, none lost when the line is cut, none twice."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest

from tests.clients.node import FOLDER, dist
from tests.clients.proxy import Proxy
from tests.support.people import WAIT
from tools import build_client

pytestmark = pytest.mark.clients


class Page:
    """A process with Timing's client."""

    def __init__(self, url: str, token: str) -> None:
        script, socket_url = str(FOLDER / "timing.mjs"), url.replace("http", "ws")
        command = [str(build_client.NODE), script, str(dist()), socket_url, token]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.lines: list[list[Any]] = []
        self.reader = gevent.spawn(self._read)

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as output:
            for line in output:
                self.lines.append(json.loads(line))

    def wait(self, line: list[Any]) -> None:
        deadline = time.monotonic() + WAIT
        while line not in self.lines:
            assert time.monotonic() < deadline, f"no {line} in {self.lines}"
            gevent.sleep(0.01)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.reader.join()


@pytest.fixture
def page() -> Iterator[Callable[[str, str], Page]]:
    pages: list[Page] = []

    def opened(url: str, token: str) -> Page:
        pages.append(Page(url, token))
        return pages[-1]

    yield opened
    for one in pages:
        one.close()


def test_timings_client_loses_nothing_when_it_is_cut(world, page):
    customer, admin = world.person(), world.staff()
    with Proxy(int(world.url.rsplit(":", 1)[1])) as proxy:
        screen = page(proxy.url, admin.token)
        screen.wait(["connection", "connected", None])
        order = customer.order()
        screen.wait(["newOrder", order["id"]])
        proxy.up = False
        proxy.cut()
        missed = customer.order()
        admin.act(order, "accept")
        proxy.up = True
        screen.wait(["newOrder", missed["id"]])
        screen.wait(["status", order["id"], "preparing"])
        gevent.sleep(0.3)
        assert screen.lines.count(["newOrder", order["id"]]) == 1


def test_timings_client_stops_where_it_may_not_be(world, page):
    screen = page(world.url, world.person().token)
    screen.wait(["connection", "error", "forbidden"])

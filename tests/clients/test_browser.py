"""The client in two tabs of a real browser: storage, locks, channels and offline events are the browser's own."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest

from tests.clients.node import FOLDER, dist
from tests.support.people import PASSWORD, WAIT, World
from tools import build_client

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.clients,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
PAGE = """
import { createMetaia } from "./index.js";
window.events = [];
window.states = [];
window.metaia = createMetaia({ baseUrl: "" });
metaia.on("order_update", ({ orderId }) => events.push(orderId));
metaia.connection.subscribe(({ state }) => states.push(state));
"""


class Browser:
    """A browser with a profile of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        dist()
        bundle = folder / "bundle.js"
        script = "require('esbuild').buildSync({stdin: {contents: process.argv[1], resolveDir: 'dist'}, "
        script += "bundle: true, format: 'iife', outfile: process.argv[2], logLevel: 'error'})"
        node = str(build_client.NODE)
        subprocess.run([node, "-e", script, PAGE, str(bundle)], cwd=build_client.CLIENT, check=True)
        command = [node, str(FOLDER / "chrome.mjs"), str(CHROMIUM), str(folder / "profile"), url, str(bundle)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answers: dict[int, Any] = {}
        self._numbers = itertools.count()
        self._reader = gevent.spawn(self._read)

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as output:
            for line in output:
                answer = json.loads(line)
                self.answers[answer["n"]] = answer

    def ask(self, **command: Any) -> Any:
        """Run a command and return its value."""
        number = next(self._numbers)
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"n": number} | command) + "\n")
        self.process.stdin.flush()
        with gevent.Timeout(30, AssertionError(f"no answer to {command}")):
            while number not in self.answers:
                gevent.sleep(0.01)
        answer = self.answers.pop(number)
        assert "failed" not in answer, answer["failed"]
        return answer["value"]

    def run(self, tab: str, expression: str) -> Any:
        """Evaluate an expression in a tab."""
        return self.ask(tab=tab, run=expression)

    def until(self, tab: str, expression: str) -> None:
        """Wait until an expression is true in a tab."""
        deadline = time.monotonic() + WAIT
        while not self.run(tab, expression):
            assert time.monotonic() < deadline, (expression, self.run(tab, "states.join()"))
            gevent.sleep(0.05)

    def close(self) -> None:
        """End the browser."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)
        self._reader.join()


@pytest.fixture
def browser(world: World, tmp_path: Path) -> Iterator[Browser]:
    running = Browser(world.url, tmp_path)
    yield running
    running.close()


def test_two_tabs_share_a_session_and_lose_nothing_offline(world: World, browser: Browser) -> None:
    customer, tailor = world.person(), world.person("tailor")
    login = json.dumps({"email": tailor.user["email"], "password": PASSWORD})
    live = "metaia.connection.state === 'live'"
    for tab in ("a", "b"):
        browser.ask(open=tab)
        begin = f"metaia.auth.login({login})" if tab == "a" else "metaia.auth.restore()"
        assert browser.run(tab, f"{begin}.then(({{ id }}) => id)") == tailor.id
        browser.run(tab, "metaia.connection.start()")
        browser.until(tab, live)

    first = customer.order(partnerId=tailor.id)["id"]
    for tab in ("a", "b"):
        browser.until(tab, f"events.includes('{first}')")

    many = "(async () => { for (let n = 0; n < 20; n++) await metaia.auth.refresh(); return metaia.auth.user.id; })()"
    both = [gevent.spawn(browser.run, tab, many) for tab in ("a", "b")]
    gevent.joinall(both, raise_error=True)
    assert [one.value for one in both] == [tailor.id, tailor.id]

    browser.ask(tab="a", offline=True)
    browser.until("a", "metaia.connection.state === 'waiting'")
    missed = customer.order(partnerId=tailor.id)["id"]
    browser.ask(tab="a", offline=False)
    browser.until("a", f"{live} && events.at(-1) === '{missed}'")
    assert browser.run("a", "events") == [first, missed]

    browser.run("b", "metaia.auth.logout()")
    for tab in ("a", "b"):
        browser.until(tab, "metaia.connection.state === 'signed_out'")
    assert browser.run("a", "Object.keys(localStorage).filter((key) => key.endsWith('session'))") == []
    assert browser.ask(failures=True) == []

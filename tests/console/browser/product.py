"""The product as `make run` starts it, and its demo people over REST and in slots of the console."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import gevent
import requests

from metaia.core.json import Json
from metaia.dev import banner
from metaia.dev.demo_data import PASSWORD
from metaia.dev.process_registry import free_port
from metaia.dev.services import private_redis
from metaia.dev.settings import ROOT
from tools.chromium import Tab

READY_SECONDS = 180
KEPT = ("PATH", "HOME", "LANG")  # not the settings of the tests

TOKEN_SECONDS = 600  # shorter than ACCESS_TOKEN_MINUTES


class Product:
    """A running installation with demo data, at `url`; its Redis, if it was started for the tests."""

    def __init__(self, url: str, redis_url: str | None = None) -> None:
        self.url, self.redis_url = url, redis_url
        self.http = requests.Session()
        config = self.http.get(f"{url}/console/config.json", timeout=30).json()["data"]
        self.people: list[Json] = config["demo"]["people"]
        self._tokens: dict[str, tuple[str, float]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def slot(self, login: str) -> int:
        """Return the number of a person's slot: their place on the page "Who are you?"."""
        emails = [person["email"] for person in self.people]
        return emails.index(f"{login}@metaia.example") + 1

    def call(self, login: str, method: str, path: str, body: Json | None = None) -> Json:
        """Call the API as a demo person."""
        headers = {"Authorization": self.token(login)}
        answer = self.http.request(method, self.url + path, json=body, headers=headers, timeout=30)
        assert answer.ok, answer.text
        found: Json = answer.json()["data"]
        return found

    def token(self, login: str) -> str:
        """Return the `Authorization` of a demo person; log in first, and again before the token expires."""
        _, until = self._tokens.get(login, ("", 0.0))
        if time.monotonic() > until:
            given = {"email": f"{login}@metaia.example", "password": PASSWORD}
            answer = self.http.post(f"{self.url}/api/auth/login", json=given, timeout=30)
            self._tokens[login] = (answer.json()["data"]["accessToken"], time.monotonic() + TOKEN_SECONDS)
        return f"Bearer {self._tokens[login][0]}"

    def order(self) -> Json:
        """Place an order of the customer with the tailor."""
        partner = self.call("tailor", "GET", "/api/auth/me")["user"]["id"]
        items = [{"name": "Linen shirt", "quantity": 2, "price": 1450}]
        body = {"partnerId": partner, "items": items}
        order: Json = self.call("customer", "POST", "/api/orders", body)["order"]
        return order

    def enter(self, tab: Tab, login: str, path: str = "/") -> None:
        """Open a page of a person in their slot; log in first where the browser has no session of theirs."""
        slot = self.slot(login)
        if not tab.run("location.href").startswith(self.url):
            tab.go(f"{self.url}/console/")
        own = f"/console/sessions/{slot}"
        user = tab.run(f"fetch('{own}').then((r) => r.json()).then(({{ data }}) => data.user?.email ?? '')")
        if user != f"{login}@metaia.example":
            body = json.dumps({"email": f"{login}@metaia.example", "password": PASSWORD})
            options = f"{{method: 'POST', headers: {{'Content-Type': 'application/json'}}, body: {body!r}}}"
            assert tab.run(f"fetch('{own}', {options}).then((r) => r.status)") == 200
        tab.go(f"{self.url}/console/{slot}{path}")
        settle(tab)


def settle(tab: Tab, seconds: float = 30) -> None:
    """Wait until a page is live and has loaded what it shows."""
    tab.until("document.querySelector('.dot.green') && !document.querySelector('.skeleton')", seconds)


@contextmanager
def started(home: Path, **settings: str) -> Iterator[tuple[str, str]]:
    """Run the product in a folder; give its address and that of its Redis. Its processes are stopped at the end."""
    with private_redis(home / "jobs") as redis_url, _run(home, REDIS_URL=redis_url, **settings) as url:
        yield url, redis_url


@contextmanager
def _run(home: Path, **settings: str) -> Iterator[str]:
    port = free_port()
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"METAIA_HOME": str(home), "PORT": str(port), "WORKERS": "1"} | settings
    command = [sys.executable, "-m", "metaia.dev.run"]
    with (home / "output.txt").open("w") as output:
        program = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not banner.is_ready("127.0.0.1", port):
            ended: Any = program.poll()
            assert ended is None, (home / "output.txt").read_text()
            assert time.monotonic() < deadline, (home / "output.txt").read_text()
            gevent.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        if program.poll() is None:
            program.send_signal(signal.SIGINT)
        program.wait(30)

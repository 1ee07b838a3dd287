"""`make run` as a user runs it: a separate program, in a new folder, until Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import gevent
import psutil
import psycopg
import pytest
import requests

from metaia.dev.process_registry import free_port
from metaia.dev.settings import ROOT
from tests.support.waiting import until

pytestmark = pytest.mark.e2e


def clean() -> dict[str, str]:
    """Return the environment without the settings of the tests."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


@contextmanager
def started(home: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run it without the settings of the tests, and stop all its processes at the end."""
    program = subprocess.Popen(
        [sys.executable, "-m", "metaia.dev.run"],
        cwd=ROOT,
        env=clean() | {"METAIA_HOME": str(home)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    children: list[psutil.Process] = []
    try:
        yield program
        children = psutil.Process(program.pid).children(recursive=True) if program.poll() is None else []
    finally:
        if program.poll() is None:
            program.send_signal(signal.SIGINT)
        program.wait(20)
        assert program.stdout is not None
        program.stdout.close()
    _, left = psutil.wait_procs(children, timeout=5)
    assert left == [], "it left processes behind"


def lines_until(program: subprocess.Popen[str], end: str) -> str:
    """Return the output up to the line with `end`."""
    assert program.stdout is not None
    said = ""
    with gevent.Timeout(200, AssertionError(f"it never said {end!r}")):
        for line in program.stdout:
            said += line
            if end in line:
                return said
    raise AssertionError(f"it ended without saying {end!r}:\n{said}")


def ended(program: subprocess.Popen[str]) -> tuple[int, str]:
    """Return the exit code and the whole output."""
    with gevent.Timeout(30, AssertionError("it does not end")):
        said, _ = program.communicate()
    return program.returncode, said


@pytest.mark.chaos
def test_it_serves_the_demo_until_ctrl_c_and_again(tmp_path: Path) -> None:
    port = str(free_port())
    for mark in ("Filling demo data", "METAIA is ready"):  # the second run fills nothing
        with started(tmp_path, PORT=port) as program:
            said = lines_until(program, "Ctrl-C stops")
            assert mark in said
            for promised in (f"http://127.0.0.1:{port}/api-docs", "metaia-demo", "make demo", "Messages"):
                assert promised in said
            body = {"email": "tailor@metaia.example", "password": "metaia-demo"}
            answer = requests.post(f"http://127.0.0.1:{port}/api/auth/login", json=body, timeout=10)
            assert answer.json()["data"]["user"]["role"] == "tailor"
            assert workers(program) == {"critical": 1, "default": 1, "bulk": 1, "media": 1, "hooks": 1}
        assert program.returncode == 0


def workers(program: subprocess.Popen[str]) -> Counter[str]:
    """Return the number of workers per queue, without the schedulers of RQ, which are their children."""
    found: Counter[str] = Counter()
    for process in psutil.Process(program.pid).children(recursive=True):
        command, parent = process.cmdline(), process.parent()
        if "worker.py" in command and parent is not None and "worker.py" not in parent.cmdline():
            found[command[-1]] += 1
    return found


@pytest.mark.chaos
def test_an_order_arrives_by_mail_sms_and_push_on_one_page_and_its_receipts_come_back(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, PORT=str(port), WORKERS="2") as program:
        said = lines_until(program, "Ctrl-C stops")
        page = re.search(r"Messages +(http://127\.0\.0\.1:\d+/)", said)
        assert page is not None
        assert workers(program) == {"critical": 2, "default": 2, "bulk": 2, "media": 2, "hooks": 2}
        call = Calls(f"http://127.0.0.1:{port}")
        customer, tailor = call.login("customer"), call.login("tailor")
        item = {"name": "Hat", "quantity": 1, "price": 3}
        order = call("POST", "/orders", customer, items=[item], partnerId=tailor["user"]["id"])["order"]
        for action in ("accept", "ready"):
            call("PATCH", f"/orders/{order['id']}/{action}", tailor)
        number = order["orderNumber"]

        def arrived() -> set[tuple[str, str]]:
            items = requests.get(f"{page[1]}items.json", timeout=10).json()
            about = [item for item in items if number in f"{item['title']} {item['text']}"]
            return {(item["channel"], item["vendor"]) for item in about if item["person"] == "customer"}

        until(
            lambda: arrived() == {("email", "SendGrid"), ("sms", "Twilio"), ("push", "FCM")}, "the messages"
        )
        assert "Order ready" in requests.get(page[1], timeout=10).text
        statuses = "SELECT DISTINCT status FROM deliveries WHERE reference IS NOT NULL AND channel <> 'push'"
        until(lambda: rows(program, statuses) == [("delivered",)], "the receipts")
    assert program.returncode == 0


class Calls:
    """Calls the API as a demo user."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, method: str, path: str, person: dict[str, Any], **body: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {person['accessToken']}"}
        answer = requests.request(method, f"{self.url}/api{path}", json=body, headers=headers, timeout=10)
        assert answer.ok, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    def login(self, name: str) -> dict[str, Any]:
        body = {"email": f"{name}@metaia.example", "password": "metaia-demo"}
        data: dict[str, Any] = requests.post(f"{self.url}/api/auth/login", json=body, timeout=10).json()[
            "data"
        ]
        return data


def rows(program: subprocess.Popen[str], query: LiteralString) -> list[tuple[Any, ...]]:
    """Return the rows of a query in the database of a run."""
    workers = [p for p in psutil.Process(program.pid).children(recursive=True) if "worker.py" in p.cmdline()]
    url = workers[0].environ()["DATABASE_URL"]
    with psycopg.connect(f"postgresql://{url.partition('://')[2]}") as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("count", ["0", "many", "17"])
def test_a_number_of_workers_that_is_none_is_said_in_one_line(tmp_path: Path, count: str) -> None:
    with started(tmp_path, PORT=str(free_port()), WORKERS=count) as program:
        code, said = ended(program)
    assert code == 1
    assert f"WORKERS={count}" in said
    assert len(said.strip().splitlines()) == 1


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with started(tmp_path, PORT=port) as program:
            code, said = ended(program)
    assert code == 1
    assert port in said
    assert len(said.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "url", "hidden"),
    [
        ("DATABASE_URL", "postgresql://me:hunter2@127.0.0.1:1/none", "hunter2"),
        ("REDIS_URL", "redis://:hunter2@127.0.0.1:1/0", "hunter2"),
    ],
)
def test_a_service_that_does_not_answer_is_named_without_its_password(
    tmp_path: Path, name: str, url: str, hidden: str
) -> None:
    with started(tmp_path, PORT=str(free_port()), **{name: url}) as program:
        code, said = ended(program)
    assert code == 1
    assert "does not answer" in said
    assert "127.0.0.1:1" in said
    assert hidden not in said
    assert "Traceback" not in said


@pytest.mark.chaos
def test_it_listens_on_the_address_in_host(tmp_path: Path) -> None:
    port = str(free_port())
    with started(tmp_path, PORT=port, HOST="127.0.0.2") as program:
        said = lines_until(program, "Ctrl-C stops")
        assert f"http://127.0.0.2:{port}/api" in said
        headers = {"Origin": "http://localhost:3000"}
        answer = requests.get(f"http://127.0.0.2:{port}/api/system/health/ready", headers=headers, timeout=10)
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, headers["Origin"])


def test_a_public_address_is_refused_in_one_line(tmp_path: Path) -> None:
    with started(tmp_path, PORT=str(free_port()), HOST="8.8.4.4") as program:
        code, said = ended(program)
    assert code == 1
    assert "8.8.4.4" in said
    assert len(said.strip().splitlines()) == 1


def test_a_setting_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with started(tmp_path, PORT="many") as program:
        code, said = ended(program)
    assert code == 1
    assert "PORT" in said
    assert "Traceback" not in said

"""`make run` as a person uses it: a program of its own, on a fresh folder, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
import psutil
import pytest
import requests

from metaia.dev.children import free_port
from metaia.dev.home import ROOT

pytestmark = pytest.mark.e2e


@contextmanager
def started(home: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run it with nothing of the tests' own settings, and leave nothing of it behind."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    program = subprocess.Popen(
        [sys.executable, "-m", "metaia.dev.run"],
        cwd=ROOT,
        env=clean | {"METAIA_HOME": str(home)} | environment,
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
    """Return what it prints up to a line that has `end`."""
    assert program.stdout is not None
    said = ""
    with gevent.Timeout(50, AssertionError(f"it never said {end!r}")):
        for line in program.stdout:
            said += line
            if end in line:
                return said
    raise AssertionError(f"it ended without saying {end!r}:\n{said}")


def ended(program: subprocess.Popen[str]) -> tuple[int, str]:
    """Return its exit code and all it printed."""
    with gevent.Timeout(30, AssertionError("it does not end")):
        said, _ = program.communicate()
    return program.returncode, said


def test_it_serves_the_demo_until_ctrl_c_and_again(tmp_path: Path) -> None:
    port = str(free_port())
    for mark in ("Filling demo data", "METAIA is ready"):  # the second time there is nothing to fill
        with started(tmp_path, PORT=port) as program:
            said = lines_until(program, "Ctrl-C stops")
            assert mark in said
            for promised in (f"http://127.0.0.1:{port}/api-docs", "metaia-demo", "make demo", "Mail"):
                assert promised in said
            body = {"email": "tailor@metaia.example", "password": "metaia-demo"}
            answer = requests.post(f"http://127.0.0.1:{port}/api/auth/login", json=body, timeout=10)
            assert answer.json()["data"]["user"]["role"] == "tailor"
        assert program.returncode == 0


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


def test_a_setting_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with started(tmp_path, PORT="many") as program:
        code, said = ended(program)
    assert code == 1
    assert "PORT" in said
    assert "Traceback" not in said

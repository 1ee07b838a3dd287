"""`make flask` works on the data of `make run`, without any exported setting, whether it is running or not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from metaia.dev.process_registry import exclusive, free_port
from metaia.dev.settings import ROOT
from tests.dev.test_run import clean, lines_until, started

pytestmark = pytest.mark.e2e


def flask(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "metaia.dev.flask_command", *arguments]
    environment = clean() | {"METAIA_HOME": str(home)}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=200, check=False
    )


@pytest.mark.chaos
def test_it_lists_the_users_of_make_run_while_that_runs_and_after_it(tmp_path: Path) -> None:
    with started(tmp_path, PORT=str(free_port())) as program:
        lines_until(program, "Ctrl-C stops")
        first = flask(tmp_path, "users", "list")
        assert first.returncode == 0, first.stderr
        assert "tailor@metaia.example tailor active" in first.stdout
        assert (tmp_path / "running.json").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "running.json").exists()
    second = flask(tmp_path, "users", "list")
    assert sorted(second.stdout.splitlines()[-8:]) == sorted(first.stdout.splitlines()[-8:])


def test_an_error_of_the_command_is_its_exit_code(tmp_path: Path) -> None:
    assert flask(tmp_path, "db", "nonsense").returncode == 2


def test_it_waits_for_no_other_program(tmp_path: Path) -> None:
    with exclusive(tmp_path / "run.lock"):  # `make run`, before it has started its services
        refused = flask(tmp_path, "users", "list")
    assert refused.returncode == 1
    assert refused.stderr == f"make flask: another program is starting on {tmp_path}; try again in a moment\n"


def test_it_refuses_production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METAIA_ENV", "production")
    command = [sys.executable, "-m", "metaia.dev.flask_command", "users", "list"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert (done.returncode, "METAIA_ENV is production" in done.stderr) == (1, True)

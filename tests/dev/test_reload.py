"""`RELOAD=1 make run`: a process runs again when its code changes, and keeps running when the code is wrong."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest

from metaia.dev import reload
from metaia.dev.settings import ROOT
from tests.support.waiting import until

CHILD = """
import signal, sys, time
from pathlib import Path
marks = Path(sys.argv[1])
def mark(what): marks.open("a").write(what + "\\n")
signal.signal(signal.SIGHUP, lambda *_: mark("hangup"))
signal.signal(signal.SIGTERM, lambda *_: (mark("end"), sys.exit(0)))
mark("start " + Path("metaia/code.py").read_text().strip())
if sys.argv[2:]: sys.exit(int(sys.argv[2]))
time.sleep(60)
"""


class Watched:
    """A child process under `metaia.dev.reload`, in a folder of its own."""

    def __init__(self, folder: Path, *arguments: str, hangup: bool = False) -> None:
        self.folder, self.marks = folder, folder / "marks"
        (folder / "metaia").mkdir()
        self.write("version = 1")
        (folder / "child.py").write_text(CHILD)
        command = [sys.executable, "child.py", str(self.marks), *arguments]
        code = (
            "import sys; from pathlib import Path; from metaia.dev.reload import Reloader;"
            f" sys.exit(Reloader({command!r}, hangup={hangup}, root=Path.cwd()).run())"
        )
        self.program = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=folder,
            env={"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )

    def write(self, code: str) -> None:
        (self.folder / "metaia" / "code.py").write_text(code)

    def seen(self) -> list[str]:
        return self.marks.read_text().splitlines() if self.marks.exists() else []

    def watches(self) -> None:
        """Wait until a change is noticed: the watch begins a moment after the child."""

        def noticed() -> bool:
            self.write("version = 1")
            gevent.sleep(0.3)
            return len(self.seen()) > 1

        until(lambda: self.seen(), "the child runs")
        until(noticed, "a change is noticed")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    one = Watched(tmp_path)
    yield one
    _stop(one)


def _stop(one: Watched) -> None:
    one.program.send_signal(signal.SIGTERM)
    with gevent.Timeout(20):
        assert one.program.wait() == 0
    assert one.program.stdout is not None
    one.program.stdout.close()
    assert one.seen()[-1] == "end"


def test_changed_code_restarts_the_process(watched: Watched) -> None:
    watched.watches()
    watched.write("version = 2")
    until(lambda: watched.seen()[-1] == "start version = 2", "the new code runs")
    assert watched.seen().count("end") == len(watched.seen()) // 2


def test_code_that_does_not_compile_keeps_the_old_process(watched: Watched) -> None:
    watched.watches()
    before = watched.seen()
    watched.write("version = (")
    gevent.sleep(1)
    assert watched.seen() == before
    watched.write("version = 3")
    until(lambda: watched.seen()[-1] == "start version = 3", "the next change counts")


def test_gunicorn_gets_a_hangup_and_goes_on(tmp_path: Path) -> None:
    one = Watched(tmp_path, hangup=True)
    one.watches()
    assert set(one.seen()) == {"start version = 1", "hangup"}
    _stop(one)


def test_a_process_that_ends_by_itself_ends_the_run(tmp_path: Path) -> None:
    one = Watched(tmp_path, "7")
    with gevent.Timeout(20):
        assert one.program.wait() == 7
    assert one.program.stdout is not None
    one.program.stdout.close()


def test_only_our_own_processes_are_reloaded() -> None:
    commands = {"web": "gunicorn wsgi:app", "critical2": "python worker.py critical", "mailbox": "x"}
    assert reload.wrapped(commands) == {
        "web": "python -m metaia.dev.reload --hangup gunicorn wsgi:app",
        "critical2": "python -m metaia.dev.reload python worker.py critical",
        "mailbox": "x",
    }
    assert [reload.is_wanted({"RELOAD": value}) for value in ("1", "true", "0", "", "off")] == [
        True, True, False, False, False,
    ]  # fmt: skip

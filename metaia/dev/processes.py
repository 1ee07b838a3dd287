"""The Procfile's processes under honcho: started together, their lines in one stream, stopped together."""

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil
from honcho.manager import KILL_WAIT, Manager
from honcho.process import Process

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Member(Process):  # type: ignore[misc]
    """honcho's stand-in for one process, which outlives a Ctrl-C that the terminal sends to all of us."""

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        for number in STOPPING:  # a handler, unlike SIG_IGN, does not pass to the program started next
            signal.signal(number, lambda *_: None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        super().run(events, ignore_signals)


class Crew(Manager):  # type: ignore[misc]
    """honcho's manager, safe against a stop while it starts, a stop that hangs, and our own sudden death."""

    def __init__(self, record: Path, started: Callable[[], None]) -> None:
        super().__init__()
        self._process_ctor = _Member
        self.ended: str | None = None
        self._record = record
        self._when_started = started

    def end(self) -> None:
        """Stop what is left, when the loop itself has failed."""
        end_recorded(self._record)

    def terminate(self) -> None:
        if self._all_started():
            super().terminate()

    def kill(self) -> None:
        # A job's process has a session of its own, which a signal to the worker's group does not reach.
        for state in self._processes.values():
            if "returncode" not in state:
                _kill_family(state["pid"])

    def _any_stopped(self) -> bool:
        # Asked in every turn. honcho learns of an end only when the last child has closed the output, and forgets
        # a signal that came too early or is not obeyed; here each counts as a stop at once.
        known = ((name, state["pid"]) for name, state in self._processes.items() if "pid" in state)
        self.ended = self.ended or next((name for name, pid in known if _born(pid) is None), None)
        return self.returncode is not None or self.ended is not None

    def _start(self) -> None:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        super()._start()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._when_started()

    def _system_print(self, _data: str) -> None:
        """Called at each start and stop: instead of printing, keep the ids for a run that follows a kill -9."""
        pids = [state["pid"] for state in self._processes.values() if "pid" in state]
        self._record.write_text(json.dumps([(pid, _born(pid)) for pid in pids]))


def supervise(
    commands: Mapping[str, str],
    environment: dict[str, str],
    folder: Path,
    record: Path,
    started: Callable[[], None],
) -> tuple[int, str | None]:
    """Run the commands until a signal (code 0) or until one ends by itself (its code, never 0, and its name)."""
    crew = Crew(record, started)
    for name, command in commands.items():
        crew.add_process(name, f"exec {command}", env=environment, cwd=str(folder))
    signal.signal(signal.SIGHUP, _terminal_closed)
    try:
        crew.loop()
    finally:
        code = crew.returncode
        crew.end()
        record.unlink(missing_ok=True)
    if code in (128 + signal.SIGINT, 128 + signal.SIGTERM):
        return 0, None
    return (code if code and code > 0 else 1), crew.ended


def end_recorded(record: Path) -> None:
    """End the processes whose ids a killed run wrote down, if they are still the same processes."""
    with contextlib.suppress(OSError, ValueError):
        alive = [pid for pid, born in json.loads(record.read_text()) if born and _born(pid) == born]
        for pid in alive:
            os.killpg(pid, signal.SIGTERM)
        deadline = time.monotonic() + KILL_WAIT
        while any(map(_born, alive)) and time.monotonic() < deadline:
            time.sleep(0.05)
        for pid in alive:
            _kill_family(pid)


def _born(pid: int) -> float | None:
    """When this process started, which tells it from a later one with the same id; None when it is gone."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    return None


def _kill_family(pid: int) -> None:
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(pid)
        for process in (*parent.children(recursive=True), parent):
            with contextlib.suppress(psutil.Error):
                process.kill()


def _terminal_closed(*_: object) -> None:
    """Stop as if asked politely, and write no more to a terminal that is gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    os.kill(os.getpid(), signal.SIGTERM)

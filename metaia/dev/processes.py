"""The processes of the Procfile under honcho: started together, logged to one stream, stopped together."""

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
    """honcho's wrapper of one process. It ignores the Ctrl-C that the terminal sends to the whole process group."""

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        for number in STOPPING:  # the program that is executed next inherits SIG_IGN, but not a handler
            signal.signal(number, lambda *_: None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        super().run(events, ignore_signals)


class Supervisor(Manager):  # type: ignore[misc]
    """honcho's manager, which also survives a stop during the start, a stop that hangs, and a kill of this process."""

    def __init__(self, record: Path, started: Callable[[], None]) -> None:
        super().__init__()
        self._process_ctor = _Member
        self.ended: str | None = None
        self._record = record
        self._on_started = started

    def end(self) -> None:
        """Stop the remaining processes after the loop itself has failed."""
        end_recorded(self._record)

    def terminate(self) -> None:
        if self._all_started():
            super().terminate()

    def kill(self) -> None:
        # The process of a job has its own session: a signal to the worker's group does not reach it.
        for state in self._processes.values():
            if "returncode" not in state:
                _kill_tree(state["pid"])

    def _any_stopped(self) -> bool:
        # honcho calls this in every iteration. It notices an end only after the last child has closed its output, and
        # drops a signal that arrives too early or is ignored; here both count as a stop at once.
        known = ((name, state["pid"]) for name, state in self._processes.items() if "pid" in state)
        self.ended = self.ended or next((name for name, pid in known if _start_time(pid) is None), None)
        return self.returncode is not None or self.ended is not None

    def _start(self) -> None:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        super()._start()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._on_started()

    def _system_print(self, _data: str) -> None:
        """Record the pids at each start and stop, instead of printing: after a `kill -9` the next run needs them."""
        pids = [state["pid"] for state in self._processes.values() if "pid" in state]
        self._record.write_text(json.dumps([(pid, _start_time(pid)) for pid in pids]))


def supervise(
    commands: Mapping[str, str],
    environment: dict[str, str],
    folder: Path,
    record: Path,
    started: Callable[[], None],
) -> tuple[int, str | None]:
    """Run the commands until a signal or until one ends by itself.

    Return (0, None) after a signal, else the exit code of the ended process (never 0) and its name.
    """
    supervisor = Supervisor(record, started)
    for name, command in commands.items():
        supervisor.add_process(name, f"exec {command}", env=environment, cwd=str(folder))
    signal.signal(signal.SIGHUP, _terminal_closed)
    try:
        supervisor.loop()
    finally:
        code = supervisor.returncode
        supervisor.end()
        record.unlink(missing_ok=True)
    if code in (128 + signal.SIGINT, 128 + signal.SIGTERM):
        return 0, None
    return (code if code and code > 0 else 1), supervisor.ended


def end_recorded(record: Path) -> None:
    """Stop the processes that a killed run recorded, if their pids still belong to the same processes."""
    with contextlib.suppress(OSError, ValueError):
        alive = [pid for pid, born in json.loads(record.read_text()) if born and _start_time(pid) == born]
        for pid in alive:
            os.killpg(pid, signal.SIGTERM)
        deadline = time.monotonic() + KILL_WAIT
        while any(map(_start_time, alive)) and time.monotonic() < deadline:
            time.sleep(0.05)
        for pid in alive:
            _kill_tree(pid)


def _start_time(pid: int) -> float | None:
    """Return when a process started, which identifies it beyond its pid; None if it has ended."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    return None


def _kill_tree(pid: int) -> None:
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(pid)
        for process in (*parent.children(recursive=True), parent):
            with contextlib.suppress(psutil.Error):
                process.kill()


def _terminal_closed(*_: object) -> None:
    """Stop as on SIGTERM, and write no more to the closed terminal."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    os.kill(os.getpid(), signal.SIGTERM)

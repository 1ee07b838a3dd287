"""`RELOAD=1 make run`: `python -m metaia.dev.reload [--hangup] COMMAND…` runs a command again when the code changes.

gunicorn's own `--reload` is not used: its inotify engine blocks under gevent (gunicorn 1494), and it restarts for code
that does not compile.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import FrameType

from watchfiles import Change, DefaultFilter, watch

from metaia.dev.settings import ROOT
from metaia.settings import parsers

WATCHED = ("metaia", "config.py", "gunicorn.conf.py", "worker.py", "wsgi.py")
SUFFIXES = (".py", ".jinja", ".html", ".txt", ".css", ".js", ".json")
STOP_SECONDS = 15
WEB = (
    "web"  # the name of gunicorn in the Procfile: it replaces its workers by itself, without closing its port
)
NAMES = (WEB, "critical", "default", "bulk", "media")


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Return whether RELOAD is set."""
    return parsers.flag(environment.get("RELOAD", ""))


def wrapped(commands: Mapping[str, str]) -> dict[str, str]:
    """Return the commands, those of our own code run by this module."""
    return {name: _wrapped(name, command) for name, command in commands.items()}


def _wrapped(name: str, command: str) -> str:
    if not name.startswith(NAMES):
        return command
    return f"python -m metaia.dev.reload {'--hangup ' if name == WEB else ''}{command}"


class _Files(DefaultFilter):
    """Lets changes of code, templates and static files pass."""

    def __call__(self, change: Change, path: str) -> bool:
        return path.endswith(SUFFIXES) and super().__call__(change, path)


class Reloader:
    """A child process, and the watch over the code that it has loaded."""

    def __init__(self, command: list[str], *, hangup: bool, root: Path = ROOT) -> None:
        self._command, self._hangup, self._root = command, hangup, root
        self._stopping = threading.Event()
        self._reloaded = False
        self._child = subprocess.Popen(command)

    def run(self) -> int:
        """Reload until a signal, or until the child ends before the first change. Return the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        paths = [self._root / name for name in WATCHED if (self._root / name).exists()]
        changed = watch(
            *paths,
            watch_filter=_Files(),
            stop_event=self._stopping,
            rust_timeout=200,  # milliseconds after which an empty set is yielded
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        for changes in changed:
            if changes:
                self._reload([Path(path) for _, path in changes])
            elif self._child.poll() is not None and not self._reloaded:
                return self._child.returncode
        self._end()
        return 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping.set()

    def _reload(self, changed: list[Path]) -> None:
        names = ", ".join(sorted(str(path.relative_to(self._root)) for path in changed))
        if errors := syntax_errors(changed):
            print(f"not reloaded: {errors[0]}", flush=True)
            return
        print(f"reloads for {names}", flush=True)
        self._reloaded = True
        if self._hangup and self._child.poll() is None:
            self._child.send_signal(signal.SIGHUP)
            return
        self._end()
        self._child = subprocess.Popen(self._command)

    def _end(self) -> None:
        """Stop the child, by force if it takes longer than STOP_SECONDS."""
        self._child.terminate()
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


def syntax_errors(paths: Iterable[Path]) -> list[str]:
    """Return what keeps Python files from being compiled, one line for each."""
    found = []
    for path in paths:
        if path.suffix == ".py" and path.exists():
            try:
                compile(path.read_bytes(), str(path), "exec")
            except (SyntaxError, ValueError) as error:
                found.append(f"{path.name}: {error}")
    return found


if __name__ == "__main__":
    given = sys.argv[1:]
    by_hangup = given[:1] == ["--hangup"]
    sys.exit(Reloader(given[1:] if by_hangup else given, hangup=by_hangup).run())

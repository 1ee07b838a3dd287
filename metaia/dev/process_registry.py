"""Processes that belong to one folder: started apart, found again after a crash, stopped."""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil

STOP_SECONDS = 20.0


class ServiceError(RuntimeError):
    """Something that has to run does not; the message is one line for a person."""


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock file for this process, or raise ServiceError with the holder's id.

    A POSIX record lock, because flock() would live on in forked children after this process was killed.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(handle, 20).decode() or "unknown"
            raise ServiceError(f"process {holder} is already running on {path.parent}") from None
        os.truncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)


def free_port() -> int:
    """A TCP port on the loopback address that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(
    command: Sequence[str | Path], folder: Path, log: Path, **options: Any
) -> "subprocess.Popen[bytes]":
    """Start a server in a session of its own: a terminal's Ctrl-C is for us, and we stop servers in order."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **options,
        )


def stop(process: "subprocess.Popen[bytes]", *signals: signal.Signals) -> None:
    """Ask our own child to end, more firmly with each signal, and wait until it has."""
    for number in (*signals, signal.SIGKILL):
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
            return


def stop_leftover(pidfile: Path, folder: Path, name: str, *signals: signal.Signals) -> None:
    """End the server that a killed run left behind, and its children, before its pid file is forgotten.

    The number in a pid file may meanwhile be anybody's, so a process must have the name and work in the folder.
    """
    if not pidfile.exists():
        return
    leader = pidfile.read_text().partition("\n")[0].strip()
    for number in (*signals, signal.SIGKILL):
        for process in _working_in(folder, name):
            if str(process.pid) == leader or number == signal.SIGKILL:
                with contextlib.suppress(psutil.Error):
                    process.send_signal(number)
        deadline = time.monotonic() + STOP_SECONDS
        while _working_in(folder, name) and time.monotonic() < deadline:
            time.sleep(0.02)
    pidfile.unlink(missing_ok=True)


def _working_in(folder: Path, name: str) -> list[psutil.Process]:
    """The live processes of that name in that folder: a zombie has no folder, and nobody may ever reap it."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.name() == name and process.cwd() == str(folder):
                found.append(process)
    return found


def last_words(log: Path) -> str:
    """Why a server gave up, in its own words."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    return (fatal or lines or ["it said nothing"])[-1]

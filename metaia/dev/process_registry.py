"""Server processes that belong to one folder: start them, find them again after a crash, stop them."""

import contextlib
import fcntl
import os
import random
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
    """A required service does not run; the message is one line for the user of `make run`."""


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock file for this process. Raises ServiceError with the pid of the process that holds it.

    A POSIX record lock: forked children would keep a flock() lock after this process was killed.
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
    """Return a TCP port of the loopback address that is free now.

    It is below the ports that Linux gives to outgoing connections (32768-60999), where one could take it before a
    server listens. Only if 100 of these ports are in use, the system chooses the port.
    """
    for port in (*random.sample(range(20_000, 32_000), 100), 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise OSError("no TCP port is free")


def start(
    command: Sequence[str | Path], folder: Path, log: Path, **options: Any
) -> "subprocess.Popen[bytes]":
    """Start a server in its own session: Ctrl-C reaches this process only, which stops its servers in order."""
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
    """Send each signal in turn, SIGKILL last, to a child process until it has ended; wait STOP_SECONDS for each."""
    for number in (*signals, signal.SIGKILL):
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
            return


def stop_leftover(pidfile: Path, folder: Path, name: str, *signals: signal.Signals) -> None:
    """Stop the server that a killed run left running, with its children, and delete its pid file.

    Another process may have the pid of the file by now, so a process must also have the name and the working folder.
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
    """Return the live processes of that name that work in that folder. Zombies have none, and may stay for ever."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.name() == name and process.cwd() == str(folder):
                found.append(process)
    return found


def last_error(log: Path) -> str:
    """Return the last FATAL line of a server's log, else its last line."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    return (fatal or lines or ["its log is empty"])[-1]

"""Temporary folders of jobs, below METAIA_HOME: a folder in memory (tmpfs) would count as the worker's memory.

Each folder has a file with a lock that its process holds. The lock ends with the process, so the next worker recognizes
and deletes the folders of killed ones, also if process ids repeat.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK = ".lock"


def root(home: str | None) -> Path:
    """Return the folder of all temporary folders; it may not exist yet."""
    return Path(home or ".metaia", "processing").resolve()


@contextmanager
def temporary(parent: Path) -> Iterator[Path]:
    """Give an empty folder, which is deleted at the end."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = _locked(parent)
    folder = Path(name.removesuffix(LOCK))
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        _delete(folder)
        os.close(handle)


def sweep(parent: Path) -> int:
    """Delete the folders of processes that have ended; return how many."""
    swept = 0
    for lock in parent.glob(f"*{LOCK}"):
        with suppress(OSError):  # its process is alive, or has just deleted it
            handle = os.open(lock, os.O_RDWR)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _delete(Path(str(lock).removesuffix(LOCK)))
                swept += 1
            finally:
                os.close(handle)
    return swept


def _locked(parent: Path) -> tuple[int, str]:
    """Create a file and lock it. A sweep between the two deletes the file, and then another one is created."""
    while True:
        handle, name = tempfile.mkstemp(dir=parent, suffix=LOCK)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if Path(name).exists():
            return handle, name
        os.close(handle)


def _delete(folder: Path) -> None:
    """Delete a folder, then its lock: a kill between the two leaves the lock for the next sweep."""
    shutil.rmtree(folder, ignore_errors=True)
    Path(f"{folder}{LOCK}").unlink(missing_ok=True)

"""Limits that the child sets for itself, before it imports a decoder."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

MEMORY = 640 * 1024 * 1024  # bytes of address space: a picture of 40 megapixels takes up to 12 a pixel
CPU_SECONDS = 20
WALL_SECONDS = 30
LARGEST_FILE = 64 * 1024 * 1024  # bytes, of each file that the child writes


def apply() -> None:
    """Limit memory, time, files and processes, and end with the parent's patience even if the parent is killed."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_FSIZE, LARGEST_FILE)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    if os.geteuid() != 0:  # root's processes are not counted
        _limit(resource.RLIMIT_NPROC, 0)
    signal.alarm(WALL_SECONDS)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def peak() -> int:
    """Return the largest resident memory of this process so far, in bytes; 0 where Linux's /proc is missing.

    getrusage() would count the parent's memory too, from before `exec`.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next((each for each in status.read_text().splitlines() if each.startswith("VmHWM:")), "VmHWM: 0")
    return int(line.split()[1]) * 1024

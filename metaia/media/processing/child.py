"""Running the sandbox: a child process without environment, in a folder of its own, for WALL_SECONDS at most."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import structlog

from metaia.media.sandbox import limits
from metaia.media.sandbox.refusal import CODES, CORRUPT

MAIN = Path(__file__).parents[1] / "sandbox" / "__main__.py"
NOT_STARTED = 3  # the exit code of sandbox/__main__.py
MOST_OUTPUT = 64 * 1024  # bytes of the result that are read
GRACE = 2  # seconds after which the parent kills a child whose own alarm has not ended it
# Ends of a child by the machine or an operator. All other ends are the file's fault.
INTERRUPTIONS = frozenset({signal.SIGALRM, signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
NAMES = frozenset({"full.webp", "full_jpeg.jpg", "large.webp", "medium.webp", "small.webp"})
log = structlog.get_logger(__name__)


class Interrupted(Exception):
    """The child was ended by the clock or from outside. Another try may succeed."""


class NotStarted(Exception):
    """The child could not work on this machine: a missing package, a full disk. The file is not the reason."""


@dataclass(frozen=True)
class Made:
    """One clean file that the child has written."""

    variant: str
    path: Path
    content_type: str
    width: int
    height: int


@dataclass(frozen=True)
class Outcome:
    """What the child has found. `refused` is an error code; `peak` is its largest resident memory in bytes."""

    refused: str | None = None
    files: list[Made] = field(default_factory=list)
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    placeholder: str | None = None
    peak: int = 0


def run(kind: str, content_type: str, file: Path, folder: Path) -> Outcome:
    """Check `file` in a child process, which writes into `folder`. Raises Interrupted, NotStarted.

    A child that crashes, is ended by its limits or prints rubbish refuses the file.
    """
    command = [sys.executable, "-I", str(MAIN), kind, content_type, str(file), str(folder)]
    output, errors = folder / "output", folder / "errors"
    with output.open("w+b") as stdout, errors.open("w+b") as stderr:
        code = _ended(command, folder, stdout, stderr)
        stdout.seek(0)
        result = stdout.read(MOST_OUTPUT)
        stderr.seek(0)
        trace = stderr.read(MOST_OUTPUT).decode(errors="replace")[-500:]
    if code < 0 and -code in INTERRUPTIONS:
        raise Interrupted(f"the sandbox was ended by signal {-code}")
    if code == NOT_STARTED:
        raise NotStarted(trace)
    try:
        return _outcome(json.loads(result), folder) if code == 0 else _crashed(code, trace)
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        return _crashed(code, repr(error))


def _ended(command: list[str], folder: Path, stdout: BinaryIO, stderr: BinaryIO) -> int:
    """Run the child to its end. Return the exit code, or the signal as -number."""
    process = subprocess.Popen(
        command,
        env={},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )
    try:
        return process.wait(limits.WALL_SECONDS + GRACE)
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL
    finally:  # also when the job's own timeout ends the wait
        if process.returncode is None:
            process.kill()
            process.wait()


def _crashed(code: int, detail: str) -> Outcome:
    log.warning("the sandbox crashed over a file", code=code, detail=detail)
    return Outcome(refused=CORRUPT)


def _outcome(found: dict[str, Any], folder: Path) -> Outcome:
    """Check what the child claims, as it may have been taken over by the file."""
    peak = int(found["peak"])
    if code := found.get("refused"):
        log.info("the sandbox refused a file", code=code, detail=found.get("detail"), peak=peak)
        return Outcome(refused=code if code in CODES else CORRUPT, peak=peak)
    duration, width, height = found.get("duration"), found.get("width"), found.get("height")
    placeholder = found.get("placeholder")
    return Outcome(
        files=[_made(each, folder) for each in found["files"]],
        width=None if width is None else int(width),
        height=None if height is None else int(height),
        duration=None if duration is None else float(duration),
        placeholder=None if placeholder is None else str(placeholder)[:60],
        peak=peak,
    )


def _made(claimed: dict[str, Any], folder: Path) -> Made:
    name = claimed["name"]
    path = folder / name
    if name not in NAMES or path.is_symlink() or not path.is_file():
        raise ValueError(f"not a file of the sandbox: {name!r}"[:80])
    return Made(path.stem, path, str(claimed["contentType"]), int(claimed["width"]), int(claimed["height"]))

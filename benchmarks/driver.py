"""The controller of the load generator process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.ground import ROOT
from benchmarks.servers import pin

Seen = dict[str, Any]


class Load:
    """A process with clients that runs one task after the other."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def do(self, task: str, **what: Any) -> Seen:
        """Run a task. Raises RuntimeError if it fails: a lost client, a missing or repeated event."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"task": task, **what}).encode() + b"\n")
        self.process.stdin.flush()
        seen: Seen = json.loads(
            self.process.stdout.readline() or b'{"error": "the load generator has ended"}'
        )
        if "error" in seen:
            raise RuntimeError(f"{task}: {seen['error']}")
        return seen


@contextmanager
def load() -> Iterator[Load]:
    """Start a load generator on the second core."""
    command = [sys.executable, "-m", "benchmarks.load"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe)
    pin(process.pid, 1)
    try:
        yield Load(process)
    finally:
        process.kill()
        process.wait()

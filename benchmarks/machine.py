"""The machine and the versions of a run."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.ground import Ground
from benchmarks.servers import NODE_FOLDER, node

PYTHON_PACKAGES = (
    *(
        "flask",
        "flask-socketio",
        "python-socketio",
        "python-engineio",
        "gevent",
        "gevent-websocket",
        "gunicorn",
    ),
    *("sqlalchemy", "psycopg", "uvicorn", "uvloop", "websockets"),
)
NODE_PACKAGES = ("express", "socket.io", "ws", "pg", "jsonwebtoken")


def described(ground: Ground) -> dict[str, str]:
    """Return the hardware and versions that affect the results, without the name of the machine."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "load before": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "node": subprocess.run(
            [node(), "--version"], capture_output=True, text=True, check=True
        ).stdout.strip(),
        "postgresql": str(ground.value("SHOW server_version")),
        "python packages": ", ".join(f"{name} {version(name)}" for name in PYTHON_PACKAGES),
        "node packages": ", ".join(f"{name} {_node_version(name)}" for name in NODE_PACKAGES),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.machine())


def _node_version(name: str) -> str:
    return str(json.loads((NODE_FOLDER / "node_modules" / name / "package.json").read_text())["version"])

"""An empty project with the packed package in it, as `npm install` leaves it, without a network."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from tests.clients.node import dist
from tools import build_client


def make(folder: Path) -> Path:
    """Pack the package, and install it into the project `folder`; its dependencies come from the lock file's folder."""
    dist()
    packages = build_client.packages().resolve()
    command = [str(build_client.NODE), str(build_client.NPM), "pack", "--silent", "--ignore-scripts"]
    command += ["--pack-destination", str(folder)]
    name = subprocess.check_output(command, cwd=build_client.CLIENT, text=True).split()[-1]
    modules = folder / "node_modules"
    (modules / "@metaia").mkdir(parents=True)
    for package in packages.iterdir():
        if not package.name.startswith("."):
            (modules / package.name).symlink_to(package)
    with tarfile.open(folder / name) as archive:
        # Python before 3.11.4 has no filters.
        safe: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(folder / "unpacked", **safe)
    shutil.move(folder / "unpacked" / "package", modules / "@metaia" / "client")
    return folder

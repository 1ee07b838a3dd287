"""Install a locked file of packages with uv, which takes seconds; with pip if uv cannot be used here.

Usage: python3 tools/install_packages.py .venv/bin/python requirements-run.txt. Needs nothing but Python with venv. Both
installers are in a temporary environment: together they are larger than most of what they install.
"""  # noqa: INP001 - run by its path

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping

UV = "requirements-uv.txt"  # uv itself, pinned
# uv reads no configuration of pip; an option of uv for each one of pip that the network of a company may need.
OPTIONS = {
    "index-url": "--default-index",
    "extra-index-url": "--index",
    "find-links": "--find-links",
    "trusted-host": "--allow-insecure-host",
}
SECTIONS = ("global", "install", ":env:")  # of pip's configuration; a later one wins
YES = frozenset({"1", "true", "yes", "on", "y", "t"})


def main(python: str, file: str) -> int:
    """Install `file` for the interpreter `python`, and print how long it took. Return the exit code."""
    print(f"Installing the packages of {file}: only once, and when that file has changed", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="metaia-install-") as folder:
        venv.create(folder, with_pip=True)
        pip = (f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check")
        failed = _with_uv(folder, pip, python, file) and _with_pip(pip, python, file)
    if not failed:
        print(f"Installed in {time.monotonic() - began:.0f} s", flush=True)
    return int(failed)


def _with_uv(folder: str, pip: tuple[str, ...], python: str, file: str) -> bool:
    """Return whether uv has failed."""
    fetch = [*pip, "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", UV]
    failed = bool(subprocess.run(fetch, check=False).returncode)
    if not failed:
        configured = pip_configuration(subprocess.check_output([*pip, "config", "list"], text=True))
        command = [f"{folder}/bin/uv", "pip", "install", "--no-config", "--python", python]
        command += ["--require-hashes", *uv_options(configured), "-r", file]
        certificates = {"SSL_CERT_FILE": configured["cert"]} if configured.get("cert") else {}
        failed = bool(subprocess.run(command, check=False, env=os.environ | certificates).returncode)
    if failed:
        print("uv cannot install here, so pip does; it takes a minute or two", flush=True)
    return failed


def _with_pip(pip: tuple[str, ...], python: str, file: str) -> bool:
    """Return whether pip has failed."""
    command = [*pip, "--python", python, "install", "--require-hashes", "--progress-bar", "on", "-r", file]
    return bool(subprocess.run(command, check=False).returncode)


def pip_configuration(listing: str) -> dict[str, str]:
    """Return the settings that `pip config list` prints, by name, each from the section that wins."""
    found: dict[str, str] = {}
    lines = [line.partition("=") for line in listing.splitlines()]
    for section in SECTIONS:
        for key, _, value in lines:
            place, _, name = key.rpartition(".")
            if place == section:
                found[name] = " ".join(" ".join(shlex.split(value.replace("\\n", " "))).split())
    return found


def uv_options(configured: Mapping[str, str]) -> list[str]:
    """Return the options of uv for a configuration of pip. Hashes make it safe to take a version from any index."""
    options = ["--index-strategy", "unsafe-best-match"]
    for name, option in OPTIONS.items():
        for value in configured.get(name, "").split():
            options += [option, value]
    return options + (["--no-index"] if configured.get("no-index", "").lower() in YES else [])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

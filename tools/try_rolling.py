"""Deploy this checkout over another commit under load, and report what clients and requests noticed.

    PYTHONPATH=. .venv/bin/python tools/try_rolling.py [COMMIT] [--clients 1000] [--rate 50]

COMMIT (default: the one before HEAD) is checked out into a temporary folder; its web processes and worker are replaced
by those of this checkout, which know one more event and job. Exit code 0: no request failed, nothing was lost, and
clients returned over 80 % of the draining time or more. The run takes about a minute, and most of two cores.
"""  # noqa: INP001 - run by its path

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Run the test of tests/chaos at full size, with the other commit as release N."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("commit", nargs="?", default="HEAD~1")
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=50.0, help="actions per second")
    given = parser.parse_args()
    git = ["git", "-C", str(ROOT)]
    with tempfile.TemporaryDirectory(prefix="metaia-release-") as folder:
        subprocess.run([*git, "worktree", "add", "--detach", "-q", folder, given.commit], check=True)
        try:
            sizes = {"ROLLING_CLIENTS": str(given.clients), "ROLLING_RATE": str(given.rate)}
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-s",
                "-m",
                "chaos",
                "tests/chaos/test_rolling.py",
            ]
            environment = os.environ | sizes | {"ROLLING_FROM": folder}
            return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        finally:
            subprocess.run([*git, "worktree", "remove", "--force", folder], check=True)


if __name__ == "__main__":
    sys.exit(main())

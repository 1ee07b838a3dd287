"""The release of this process: its version, and the commit that it was built from."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app

from metaia import __version__
from metaia.core.times import now

EXTENSION = "metaia.started_at"
ROOT = Path(__file__).parents[3]
API = "1"  # of the paths below /api: within it, only additions
SHOWN = 12  # characters of a commit in the name of a release


def init_app(app: Flask) -> None:
    """Remember when this process began."""
    app.extensions[EXTENSION] = now()


def started_at() -> datetime:
    """Return when this process began."""
    found: datetime = current_app.extensions[EXTENSION]
    return found


def commit_id() -> str | None:
    """Return the commit: METAIA_COMMIT, or that of the checkout that the process runs from; None if there is none."""
    return current_app.config["METAIA_COMMIT"] or _of_checkout(ROOT)


def name() -> str:
    """Return the name of the release: its version, with the commit if that is known."""
    found = commit_id()
    return f"{__version__}+{found[:SHOWN]}" if found else __version__


@lru_cache(1)
def _of_checkout(root: Path) -> str | None:
    """Return the commit of a git checkout, read once: a process runs what it was started from."""
    try:
        folder = root / ".git"
        if folder.is_file():  # a worktree
            folder = root / folder.read_text().removeprefix("gitdir:").strip()
        head = (folder / "HEAD").read_text().strip()
        if not head.startswith("ref:"):
            return head
        branch = head.removeprefix("ref:").strip()
        shared = folder / "commondir"
        common = folder / shared.read_text().strip() if shared.exists() else folder
        return (common / branch).read_text().strip()
    except OSError:  # no checkout, or a branch in git's packed form
        return None

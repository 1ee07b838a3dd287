"""The settings of a running `make run`, in a file of its home folder, for commands in other terminals."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from metaia.settings import SETTINGS

NAME = "running.json"


@contextlib.contextmanager
def recorded(home: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Keep the settings of `environment` in `home`, readable by its owner only, until the end of the block."""
    path = home / NAME
    settings = {each.name: environment[each.name] for each in SETTINGS if each.name in environment}
    path.touch(mode=0o600)
    path.write_text(json.dumps(settings), encoding="utf-8")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def settings_of(home: Path) -> dict[str, str]:
    """Return the settings of the `make run` that holds the lock of `home`; {} while it starts."""
    try:
        found: dict[str, str] = json.loads((home / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found

"""The routes of a stub."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from metaia.dev.stubs.vendor import Call

Paths = Iterable[tuple[str, str, str]]  # method, pattern of the path, and name


class Refused(Exception):
    """The answer to a wrong request: its text is the error's code or description."""


def route(paths: Paths, call: Call) -> tuple[str, tuple[str, ...]] | None:
    """Return the name of the route of a call, and the groups of its pattern."""
    path = urlsplit(call.path).path
    for method, pattern, name in paths:
        if method == call.method and (found := re.fullmatch(pattern, path)):
            return name, found.groups()
    return None

"""The allow-list of Web Push endpoints. Endpoints come from users, and the worker calls them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

# Excludes what two URL parsers could read differently: a user, a backslash, an escape in the host.
ENDPOINT = re.compile(r"((?i:https?)://[A-Za-z0-9.-]+(?::[0-9]{1,5})?)(?:/[!-\[\]-~]*)?")


def is_known(endpoint: str, services: Sequence[str]) -> bool:
    """Return whether an endpoint belongs to one of `services`: origins, whose host may begin with `*.`."""
    match = ENDPOINT.fullmatch(endpoint)
    return match is not None and any(fnmatchcase(_origin(match[1]), _origin(service)) for service in services)


def _origin(text: str) -> str:
    """Return an origin in lower case and without the default port of its scheme."""
    origin = text.lower()
    return origin.removesuffix(":443" if origin.startswith("https:") else ":80")

"""The allow-list of Web Push endpoints. Endpoints come from users, and the worker calls them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

# Excludes what two URL parsers could read differently: a user, a backslash, an escape in the host.
ENDPOINT = re.compile(r"(https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?)(?:/[!-\[\]-~]*)?")


def is_known(endpoint: str, services: Sequence[str]) -> bool:
    """Return whether an endpoint belongs to one of `services`: origins, whose host may begin with `*.`."""
    match = ENDPOINT.fullmatch(endpoint)
    return match is not None and any(fnmatchcase(match[1].lower(), service) for service in services)

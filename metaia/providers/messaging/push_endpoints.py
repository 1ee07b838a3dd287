"""Which addresses of push services may be called: they come from users."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

# Nothing that two parsers of addresses could read differently: no user, no backslash, no escapes in the host.
ENDPOINT = re.compile(r"(https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?)(?:/[!-\[\]-~]*)?")


def known(endpoint: str, services: Sequence[str]) -> bool:
    """Say whether an endpoint is at one of `services`: origins, whose host may begin with `*.`."""
    match = ENDPOINT.fullmatch(endpoint)
    return match is not None and any(fnmatchcase(match[1].lower(), service) for service in services)

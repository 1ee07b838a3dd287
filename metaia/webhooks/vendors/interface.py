"""What every vendor that calls us has in common: the call as it comes, and what its source says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from werkzeug.datastructures import Headers

from metaia.core.db import AnyRow

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Refused(Exception):
    """A call that its vendor did not make, or not now; the text is for the log, not for the caller."""


@dataclass(frozen=True)
class Call:
    """A webhook as it comes. `url` is ours as the vendor knows it; `tolerance` is how far its clock may be off."""

    url: str
    query: str
    headers: Headers
    kind: str  # content type
    body: bytes
    moment: datetime
    tolerance: timedelta


@dataclass(frozen=True)
class Source:
    """A vendor that calls us at `/api/webhooks/{name}`.

    `setting` names the setting with the secret, or public key, that `verify` takes; without a value the address does
    not exist. `verify` returns what makes the call the same as one before, or raises Refused: anybody may have sent
    it. `digest` acts on a kept call in the running transaction; it may run again, in another order, and returns what
    it lacks, if anything. `keeps` are the headers that are kept.
    """

    name: str
    setting: str
    kinds: tuple[str, ...]
    verify: Callable[[Call, str], str]
    digest: Callable[[AnyRow], str | None]
    keeps: tuple[str, ...] = ()

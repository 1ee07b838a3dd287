"""Limits by role. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from metaia.core.access.permissions import PARTNERS
from metaia.media.kinds import MEGABYTE

FILES = 2_000  # of a customer
PARTNER_FACTOR = 10
MAX_UNATTACHED = 50  # files of one user that are attached to nothing


@dataclass(frozen=True)
class Limits:
    """How much one user may store."""

    bytes: int
    files: int


def default_limits(role: str, megabytes: int) -> Limits:
    """Return the limits of a role; `megabytes` are those of a customer (UPLOAD_QUOTA_MB)."""
    factor = PARTNER_FACTOR if role in PARTNERS else 1
    return Limits(megabytes * MEGABYTE * factor, FILES * factor)

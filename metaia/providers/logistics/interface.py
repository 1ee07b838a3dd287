"""The interface of carriers: the scans that they state, and what they are asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

Json = dict[str, Any]
UNKNOWN = "unknown"  # the status of a scan in words that no table has


@dataclass(frozen=True)
class Place:
    """Where a parcel was scanned, as far as its carrier states that."""

    city: str | None = None
    region: str | None = None
    country: str | None = None
    lat: float | None = None
    lng: float | None = None


@dataclass(frozen=True)
class Scan:
    """A scan of a parcel. `status` is one of ours, or UNKNOWN; `at` is the carrier's time; `message` its words."""

    status: str
    at: datetime
    place: Place = Place()
    message: str | None = None


@dataclass(frozen=True)
class Tracking:
    """What a carrier states of one parcel. `reference` is the carrier's own id, by which it can be asked."""

    code: str
    scans: tuple[Scan, ...] = ()
    estimated_delivery: datetime | None = None
    reference: str | None = None


@dataclass(frozen=True)
class Reading:
    """What a webhook states. `note` is why it states nothing."""

    type: str | None = None
    tracking: Tracking | None = None
    note: str | None = None


class LogisticsProvider(Protocol):
    """One carrier that can be asked."""

    def track(self, code: str, reference: str | None, at: datetime) -> Tracking:
        """Return what the carrier knows of a parcel at the time `at`. Raises Temporary, Permanent or Technical."""

    def close(self) -> None:
        """Close the kept connections."""

"""Parcels of the stub carriers: what they know, and how their webhooks are sent."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from requests import Request, Session

INDIA = timedelta(hours=5, minutes=30)


@dataclass(frozen=True)
class Event:
    """A scan of a parcel in the words of its carrier. `at` is in UTC."""

    word: str
    at: datetime
    city: str = ""
    kind: str = ""  # of Delhivery, or the details of EasyPost

    @property
    def local(self) -> datetime:
        """Return the time of Indian clocks, without a zone."""
        return (self.at + INDIA).replace(tzinfo=None)


@dataclass
class Parcel:
    """A parcel. `reference` is the carrier's own id."""

    code: str
    events: list[Event] = field(default_factory=list)
    reference: str = ""


def send(
    requests: Sequence[Request], *, twice: bool = False, shuffle: int | None = None, drop: int = 0
) -> list[int]:
    """Send webhooks and return their statuses: repeated, in the order of a seed, or without every `drop`-th one."""
    listed = [each for each in requests for _ in range(2 if twice else 1)]
    if shuffle is not None:
        random.Random(shuffle).shuffle(listed)  # noqa: S311 - no secret
    if drop:
        listed = [each for place, each in enumerate(listed, 1) if place % drop]
    with Session() as session:
        return [session.send(session.prepare_request(each), timeout=10).status_code for each in listed]


Webhook = Callable[
    [str, str, Parcel, int], Request
]  # of an address, a secret, a parcel, and the number of an event

"""Demo data of couriers: two are on shift near the shops.

Their positions are kept for two minutes, so later the shifts are shown as paused; `make demo` and the courier's page
send new ones. A paused courier can still claim what is offered.
"""

from __future__ import annotations

from collections.abc import Mapping

from metaia.core.access.actor import Actor
from metaia.couriers import service
from metaia.dev import demo_data
from metaia.dev.flushing import flush
from metaia.dev.seed.shops import PROFILES

NEAR = {"delivery": "vendor", "delivery2": "tailor"}  # the shop where a courier waits


def fill(people: Mapping[str, Actor]) -> None:
    """Begin the shifts of the couriers, in the running transaction."""
    for login, vehicle in demo_data.COURIERS.items():
        service.set_shift(people[login], {"on": True, "vehicle": vehicle} | PROFILES[NEAR[login]]["location"])
        flush()

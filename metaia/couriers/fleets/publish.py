"""Publishing that a courier was invited to a fleet, or has joined or left one."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.core import rooms
from metaia.realtime import events


def changed(partner_id: str, courier_id: str, state: str | None, user_ids: Iterable[str]) -> None:
    """Record for these users what a courier is in the fleet of a partner now, in the running transaction.

    None: it is neither invited nor active.
    """
    payload = {"partnerId": partner_id, "courierId": courier_id, "state": state}
    events.record("fleet.changed", payload, audience=[*map(rooms.user, user_ids)])

"""Rights of couriers. Pure."""

from __future__ import annotations

from metaia.core.access.permissions import ADMINS, DELIVERY, PARTNERS, Permission

COURIERS_WORK = Permission("couriers.work", frozenset({DELIVERY}))  # on shift, with jobs
FLEETS_MANAGE = Permission("fleets.manage", PARTNERS)  # one's own fleet
SHIFTS_END = Permission("shifts.end", ADMINS)  # those of others

"""The permissions of analytics. Pure."""

from __future__ import annotations

from metaia.core import rooms
from metaia.core.access.permissions import ADMIN, ADMINS, PARTNERS, STAFF, SUPER_ADMIN, Permission

ANALYTICS_READ = Permission(
    "analytics.read", STAFF
)  # figures of the marketplace; amounts of money need the next one
ANALYTICS_MONEY = Permission("analytics.money", ADMINS)
ANALYTICS_OWN = Permission("analytics.own", PARTNERS)  # figures of one's own shop
OF_PARTNERS = ("orders", "durations", "revenue")  # the sets that partners have
TICK = "analytics:tick"  # the ephemeral event
TICK_ROOMS = (rooms.role(ADMIN), rooms.role(SUPER_ADMIN))

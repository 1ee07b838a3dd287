"""Rights on deliveries. Pure."""

from __future__ import annotations

from metaia.core.access.permissions import ADMINS, STAFF, Permission

DELIVERIES_READ = Permission("deliveries.read", STAFF)
DELIVERIES_MANAGE = Permission("deliveries.manage", ADMINS)

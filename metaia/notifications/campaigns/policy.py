"""The permission for campaigns. Pure."""

from __future__ import annotations

from metaia.core.access.permissions import ADMINS, Permission

CAMPAIGNS_MANAGE = Permission("notifications.campaign", ADMINS)

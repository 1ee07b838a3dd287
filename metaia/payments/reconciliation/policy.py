"""The permissions of reconciliation. Pure."""

from __future__ import annotations

from metaia.core.access.permissions import ADMINS, STAFF, Permission

RECONCILIATION_READ = Permission("reconciliation.read", STAFF)
RECONCILIATION_MANAGE = Permission("reconciliation.manage", ADMINS)  # import settlements, which books them

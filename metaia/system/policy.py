"""The permissions of operators' views. Pure."""

from __future__ import annotations

from metaia.core.access.permissions import ADMINS, STAFF, Permission

SYSTEM_READ = Permission("system.read", STAFF)  # statistics, performance and errors; without personal data
SYSTEM_ERRORS = Permission("system.errors", ADMINS)  # resolve, ignore and reopen errors

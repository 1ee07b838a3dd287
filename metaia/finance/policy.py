"""The permissions of finance. Pure."""

from __future__ import annotations

from metaia.core.access.permissions import ADMINS, STAFF, Permission

FINANCE_READ = Permission("finance.read", STAFF)  # all accounts, postings and findings
FINANCE_MANAGE = Permission("finance.manage", ADMINS)  # reverse postings, request and approve adjustments

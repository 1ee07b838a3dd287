"""The permissions of finance. Pure."""

from __future__ import annotations

from metaia.core.access.permissions import ADMINS, CUSTOMER, DELIVERY, PARTNERS, STAFF, Permission

FINANCE_READ = Permission("finance.read", STAFF)  # all accounts, postings and findings
FINANCE_MANAGE = Permission("finance.manage", ADMINS)  # reverse postings, request and approve adjustments
PAYOUTS_REQUEST = Permission("payouts.request", PARTNERS)  # own balance, payouts and payout account
CREDIT_REQUEST = Permission("credit.request", frozenset({CUSTOMER}))
CASH_CARRY = Permission("cash.carry", PARTNERS | {DELIVERY})  # the own cash in hand

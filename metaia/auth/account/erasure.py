"""Deleting an account: everything personal goes, what others refer to stays without a name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from metaia.auth.account import service as account
from metaia.auth.lockout import service as delays
from metaia.auth.mailed_links import tokens as proofs
from metaia.auth.second_factor import verification as second_factor
from metaia.auth.sessions import service as sessions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit
from metaia.core.http import idempotency
from metaia.notifications import privacy as notifications_erasure
from metaia.notifications import service as notifications
from metaia.users import service as user_service

_also: list[Callable[[str], None]] = []


def also(forget: Callable[[str], None]) -> None:
    """Have `forget(user_id)` run in the transaction in which an account is deleted: for domains above this one."""
    if forget not in _also:
        _also.append(forget)


def erase(actor: Actor, password: str, version: int | None) -> None:
    """Delete the actor's account for good. Raises Forbidden, and Conflict (last super admin, stale version)."""
    with account.own_account(actor, account.known_hash(actor, password), version) as person:
        user_service.erase(person)
        sessions.end_all(person.id, "account_deleted")
        sessions.forget_devices(person.id)
        proofs.forget(person.id)
        second_factor.forget(person.id)
        delays.clear(delays.here(person.email))
        idempotency.forget_of(person.id)
        notifications_erasure.forget(person.id)
        for forget in _also:
            forget(person.id)
        audit.record("account.deleted", subject=f"user-{person.id}")
        notifications.notify(person.id, "account_deleted", {}, email=person.email)


def tidy(before: datetime) -> int:
    """Delete what the deleted have been told since, and where; return how much that was."""
    return notifications_erasure.tidy(before)

"""Deleting an account: everything personal goes, what others refer to stays without a name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from metaia.auth.lockout import service as lockout
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.passwords import confirm as password_confirm
from metaia.auth.second_factor import verification
from metaia.auth.sessions import service as session_service
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.http import idempotency
from metaia.notifications import privacy as notification_privacy
from metaia.notifications import service as notification_service
from metaia.users import service as user_service

_also: list[Callable[[str], None]] = []


def also(forget: Callable[[str], None]) -> None:
    """Have `forget(user_id)` run in the transaction in which an account is deleted: for domains above this one."""
    if forget not in _also:
        _also.append(forget)


def erase(actor: Actor, password: str, version: int | None) -> None:
    """Delete the actor's account for good. Raises Forbidden, and Conflict (last super admin, stale version)."""
    with password_confirm.own_account(
        actor, password_confirm.check_password(actor, password), version
    ) as person:
        user_service.erase(person)
        session_service.end_all(person.id, "account_deleted")
        session_service.forget_devices(person.id)
        email_tokens.forget(person.id)
        verification.forget(person.id)
        lockout.clear(lockout.here(person.email))
        idempotency.forget_of(person.id)
        notification_privacy.forget(person.id)
        for forget in _also:
            forget(person.id)
        audit_log.record("account.deleted", subject=f"user-{person.id}")
        notification_service.notify(person.id, "account_deleted", {}, email=person.email)


def tidy(before: datetime) -> int:
    """Delete what the deleted have been told since, and where; return how much that was."""
    return notification_privacy.tidy(before)

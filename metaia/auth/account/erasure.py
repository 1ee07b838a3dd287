"""Deletion of an account: personal data are erased, records that others refer to remain without a name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from metaia.auth.lockout import service as lockout
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.passwords import confirm as password_confirm
from metaia.auth.second_factor import verification
from metaia.auth.sessions import service as session_service
from metaia.core import versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.http import idempotency
from metaia.core.registry import Registry
from metaia.media import privacy as media_privacy
from metaia.notifications import privacy as notification_privacy
from metaia.notifications import service as notification_service
from metaia.users import service as user_service

# By domain: `erase(user_id)` runs in the transaction that deletes an account.
ERASERS: Registry[str, Callable[[str], None]] = Registry("erasers")


def erase(actor: Actor, password: str, version: versions.Expected) -> None:
    """Delete the actor's account for good. Raises Forbidden, TooMany, Conflict (last super admin, stale version)."""
    known_hash = password_confirm.check_password(actor, password)
    with password_confirm.lock_own_account(actor, known_hash, version) as person:
        user_service.erase(person)
        session_service.end_all(person.id, "account_deleted")
        session_service.erase_devices(person.id)
        email_tokens.erase(person.id)
        verification.delete_all(person.id)
        lockout.clear(lockout.current_attempt(person.email))
        idempotency.erase_user(person.id)
        notification_privacy.erase(person.id)
        media_privacy.request_erasure(person.id)
        for erase_user in ERASERS.current().values():
            erase_user(person.id)
        audit_log.record("account.deleted", subject=f"user-{person.id}")
        notification_service.notify(person.id, "account_deleted", {}, email=person.email)


def purge_notifications(before: datetime) -> int:
    """Delete the notifications that deleted users received before a moment, and their addresses; return how many."""
    return notification_privacy.purge_deleted_users(before)

"""The worker's jobs for accounts."""

from __future__ import annotations

from datetime import timedelta

from metaia.auth.account import email_change, erasure
from metaia.auth.lockout import service as lockout
from metaia.auth.mailed_links import service as mailed_links
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.sessions import service as session_service
from metaia.core import db
from metaia.core.times import now
from metaia.jobs.registry import job

PAUSES = (5, 30, 120)  # seconds between retries, for a database that is away for a while
RETENTION = timedelta(
    days=1
)  # of expired email tokens; longer than mailed_links.WINDOW, in which they are counted


@job(retry=PAUSES)
def mail_link(purpose: str, email: str, proof_id: str) -> bool:
    """Mail a link that was requested for an address. `proof_id` is the id of the new email token."""
    return mailed_links.send_requested(purpose, email, proof_id)


@job(retry=PAUSES)
def mail_change(user_id: str, email: str, change: str) -> bool:
    """Mail the links for a change of e-mail address to both mailboxes."""
    return email_change.send_links(user_id, email, change)


@job(every=60)
def end_unused_sessions() -> int:
    """End sessions without a valid token, and remove devices that were registered while their session was ending."""
    with db.transaction():
        session_service.remove_late_devices()
        return session_service.end_expired()


@job(every=3600)
def tidy() -> dict[str, int]:
    """Purge old email tokens, login failures and sessions, and notifications that deleted users still received."""
    moment = now()
    with db.transaction():
        return {
            "links": email_tokens.purge_expired(moment - RETENTION),
            "failures": lockout.purge(moment - lockout.RETENTION),
            "sessions": session_service.purge_ended(moment - session_service.RETENTION),
            "notifications": erasure.purge_notifications(moment - RETENTION),
        }

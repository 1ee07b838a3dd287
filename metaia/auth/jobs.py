"""What the worker does for accounts."""

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

PAUSES = (5, 30, 120)  # seconds between tries: the database may be away
KEPT = timedelta(days=1)  # longer than what is counted, see links.WINDOW


@job(retry=PAUSES)
def mail_link(purpose: str, email: str, proof_id: str) -> bool:
    """Mail a link to whoever has this address."""
    return mailed_links.mail(purpose, email, proof_id)


@job(retry=PAUSES)
def mail_change(user_id: str, email: str, change: str) -> bool:
    """Ask both mailboxes about a change of e-mail address."""
    return email_change.mail(user_id, email, change)


@job(every=60)
def end_unused_sessions() -> int:
    """End sessions that nobody can go on with, and what was registered in those that have just ended."""
    with db.transaction():
        session_service.drop_devices()
        return session_service.end_unused()


@job(every=3600)
def tidy() -> dict[str, int]:
    """Drop links, failures and sessions that are long past, and what the deleted have been told since."""
    moment = now()
    with db.transaction():
        return {
            "links": email_tokens.tidy(moment - KEPT),
            "failures": lockout.tidy(moment - lockout.KEPT),
            "sessions": session_service.tidy(moment - session_service.KEPT),
            "told": erasure.tidy(moment - KEPT),
        }

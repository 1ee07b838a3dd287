"""Mailed links: asking for one, making it, and where it leads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app

from metaia.auth.mailed_links import queries
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications import service as notification_service
from metaia.users import queries as user_queries
from metaia.users.queries import Person

MAIL = "metaia.auth.jobs.mail_link"
MOST, WINDOW = 3, timedelta(hours=1)  # of one purpose to one user


def ask(purpose: str, email: str) -> None:
    """Have a link mailed to whoever has this address, if anybody has.

    Everything there is to find out is found out by the worker, so that the answer and its time tell nothing.
    """
    with db.transaction():
        job_registry.later(MAIL, purpose=purpose, email=email, proof_id=new_id())


def mail(purpose: str, email: str, proof_id: str) -> bool:
    """Mail the link that was asked for, once; return whether there was somebody to send it to."""
    with db.transaction():
        found = user_queries.by_email(email)
        person = user_queries.to_change(found.id) if found else None
        if person is None or person.email != email.lower():
            return False
        if purpose == email_tokens.VERIFY_EMAIL and person.email_verified_at:
            return False
        return send(person, purpose, proof_id=proof_id)


def send(person: Person, purpose: str, *, proof_id: str, to: str | None = None, **data: Any) -> bool:
    """Mail a link to a user who is locked or new, unless it was sent before, or too many of its kind.

    `data` is kept with the proof and told in the mail; `to` is the mailbox, if it is not the user's own.
    """
    if queries.proofs_since(person.id, purpose, now() - WINDOW) >= MOST:
        return False
    if not email_tokens.issue(person.id, purpose, data, email_tokens.MINUTES[purpose], proof_id=proof_id):
        return False
    notification_service.notify(person.id, purpose, data | {"proofId": proof_id}, email=to)
    return True


def address(purpose: str, data: dict[str, Any]) -> str:
    """Return where a mailed link leads. What is secret is in the fragment, which browsers send to nobody."""
    config = current_app.config
    page = config["ACCOUNT_PAGE_URL"] or f"{config['PUBLIC_BASE_URL'].rstrip('/')}/account"
    return f"{page}#{purpose}={email_tokens.token(data['proofId'], purpose)}"

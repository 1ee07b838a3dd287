"""Mailed links: request one, send it, and build its URL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import current_app

from metaia.auth.mailed_links import queries
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.text import emails
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications import service as notification_service
from metaia.notifications.suppressions import service as suppression_service
from metaia.users import queries as user_queries
from metaia.users.queries import Person

LINK_JOB = "metaia.auth.jobs.mail_link"
MAX_LINKS, WINDOW = 3, timedelta(hours=1)  # of one purpose to one user


def request_link(purpose: str, email: str) -> None:
    """Enqueue the job that mails a link to the user with this address, if there is one.

    Only the worker looks the address up, so neither the answer nor its time reveals whether an account exists.
    """
    with db.transaction():
        job_registry.enqueue(LINK_JOB, purpose=purpose, email=email, proof_id=new_id())


def send_requested(purpose: str, email: str, token_id: str) -> bool:
    """Mail a requested link. Return False if there is nothing to send.

    That is so if no user with the address can log in, if the address is verified already and has not bounced for good
    since, or if `send` refuses.
    """
    with db.transaction():
        found = user_queries.by_email(email)
        person = user_queries.to_change(found.id) if found else None
        if person is None or emails.comparable(person.email) != emails.comparable(email):
            return False
        verifies = purpose == email_tokens.VERIFY_EMAIL
        if verifies and person.email_verified_at and not suppression_service.is_unproven(person.email):
            return False
        return send(person, purpose, token_id=token_id)


def send(person: Person, purpose: str, *, token_id: str, to: str | None = None, **data: Any) -> bool:
    """Mail a link to a new or row-locked user, in the running transaction.

    `data` is stored with the token and shown in the mail; `to` is the mailbox, if it is not the user's own. Returns
    False if this token was sent before, or if MAX_LINKS of the purpose were sent within WINDOW.
    """
    if queries.count_since(person.id, purpose, now() - WINDOW) >= MAX_LINKS:
        return False
    if not email_tokens.issue(person.id, purpose, data, email_tokens.MINUTES[purpose], token_id=token_id):
        return False
    notification_service.notify(person.id, purpose, data | {"proofId": token_id}, email=to)
    return True


def still_usable(rows: Sequence[Any]) -> set[str]:
    """Return the ids of the notifications in `rows` with a link that still works; a TruthCheck of notifications."""
    usable = queries.usable({row.data["proofId"] for row in rows}, now())
    return {row.notification_id for row in rows if row.data["proofId"] in usable}


def url(purpose: str, data: dict[str, Any]) -> str:
    """Return the URL of a mailed link. The token is in the fragment, which browsers do not send to any server."""
    config = current_app.config
    page = config["ACCOUNT_PAGE_URL"] or f"{config['PUBLIC_BASE_URL'].rstrip('/')}/account"
    return f"{page}#{purpose}={email_tokens.encode(data['proofId'], purpose)}"

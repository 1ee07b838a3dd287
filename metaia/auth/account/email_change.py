"""Change of the e-mail address: both mailboxes must confirm it, in either order.

So neither a stolen session nor a mistyped address makes a user lose the account.
"""

from __future__ import annotations

from metaia.auth.mailed_links import queries as email_token_queries
from metaia.auth.mailed_links import service as mailed_links
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.passwords import confirm as password_confirm
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Invalid
from metaia.core.ids import new_id
from metaia.core.text import emails
from metaia.jobs import registry as job_registry
from metaia.notifications import service as notification_service
from metaia.users import queries as user_queries
from metaia.users import service as user_service
from metaia.users.queries import Person

CHANGE_JOB = "metaia.auth.jobs.mail_change"
PURPOSES = (email_tokens.CHANGE_OLD, email_tokens.CHANGE_NEW)


def request_change(actor: Actor, password: str, email: str) -> None:
    """Enqueue the job that mails a link to both mailboxes. Raises Forbidden, TooMany, Conflict and Invalid.

    Only the worker finds out whether the new address is taken, so the answer does not reveal it.
    """
    known_hash = password_confirm.check_password(actor, password)
    with password_confirm.lock_own_account(actor, known_hash) as person:
        if emails.comparable(person.email) == email:
            raise Invalid(details={"email": ["This is your address already."]})
        audit_log.record("account.email_change_asked", subject=f"user-{person.id}")
        job_registry.enqueue(CHANGE_JOB, user_id=person.id, email=email, change=new_id())


def send_links(user_id: str, email: str, change: str) -> bool:
    """Mail the links to both mailboxes, once; only to the old one if the new address is taken.

    `change` identifies the request: it is the id of the first token and stored with both. Returns False if it was sent
    before, or if the user is not active.
    """
    with db.transaction():
        person = user_queries.to_change(user_id)
        if person is None or not person.active:
            return False
        if not mailed_links.send(
            person, email_tokens.CHANGE_OLD, token_id=change, email=email, change=change
        ):
            return False
        # A link of an earlier request must not confirm this one.
        email_tokens.revoke(user_id, email_tokens.CHANGE_NEW)
        if not user_queries.taken(email):
            mailed_links.send(
                person, email_tokens.CHANGE_NEW, token_id=new_id(), to=email, email=email, change=change
            )
    return True


def confirm(token: str) -> bool:
    """Record that one mailbox has confirmed the change. If the other one has too, change the address and return True.

    Raises as `tokens.redeem` does, and Conflict if another user has taken the address since the request.
    """
    with db.transaction():
        redeemed = email_tokens.redeem(token, *PURPOSES)
        other = next(purpose for purpose in PURPOSES if purpose != redeemed.purpose)
        change = redeemed.data["change"]
        both = email_token_queries.change_confirmed(redeemed.person.id, other, change)
        if both:
            _change(redeemed.person, redeemed.data["email"])
        return both


def _change(person: Person, email: str) -> None:
    after = user_service.set_email(person, email)
    email_tokens.revoke(person.id, *email_tokens.MINUTES)
    audit_log.record("account.email_changed", subject=f"user-{person.id}", user=(person.id, person.role))
    notification_service.notify(person.id, "email_changed", {"email": after.email}, email=person.email)

"""Another e-mail address: both mailboxes must agree, in either order.

So neither a stolen session nor a typing mistake takes an account away.
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
from metaia.jobs import registry as job_registry
from metaia.notifications import service as notification_service
from metaia.users import queries as user_queries
from metaia.users import service as user_service
from metaia.users.queries import Person

MAIL = "metaia.auth.jobs.mail_change"
BOTH = (email_tokens.CHANGE_OLD, email_tokens.CHANGE_NEW)


def ask(actor: Actor, password: str, email: str) -> None:
    """Have both mailboxes asked; whether the new one is taken is found out by the worker. Raises Forbidden, Invalid."""
    with password_confirm.own_account(actor, password_confirm.check_password(actor, password)) as person:
        if person.email == email.lower():
            raise Invalid(details={"email": ["This is your address already."]})
        audit_log.record("account.email_change_asked", subject=f"user-{person.id}")
        job_registry.later(MAIL, user_id=person.id, email=email.lower(), change=new_id())


def mail(user_id: str, email: str, change: str) -> bool:
    """Ask both mailboxes, once; if the new address is taken, only the old one, as if nothing were wrong."""
    with db.transaction():
        person = user_queries.to_change(user_id)
        if person is None or not person.active:
            return False
        if not mailed_links.send(
            person, email_tokens.CHANGE_OLD, proof_id=change, email=email, change=change
        ):
            return False
        email_tokens.void(
            user_id, email_tokens.CHANGE_NEW
        )  # an earlier change is not to be mixed with this one
        if not user_queries.taken(email):
            mailed_links.send(
                person, email_tokens.CHANGE_NEW, proof_id=new_id(), to=email, email=email, change=change
            )
    return True


def agree(token: str) -> bool:
    """Take one mailbox's agreement; return whether the address has changed, because the other one had agreed before.

    Raises as `proofs.use` does, and Conflict if somebody else has taken the address meanwhile.
    """
    with db.transaction():
        used = email_tokens.use(token, *BOTH)
        other = next(purpose for purpose in BOTH if purpose != used.purpose)
        agreed = email_token_queries.change_agreed(used.person.id, other, used.data["change"])
        if agreed:
            _change(used.person, used.data["email"])
        return agreed


def _change(person: Person, email: str) -> None:
    after = user_service.set_email(person, email)
    email_tokens.void(person.id, *email_tokens.MINUTES)
    audit_log.record("account.email_changed", subject=f"user-{person.id}", user=(person.id, person.role))
    notification_service.notify(person.id, "email_changed", {"email": after.email}, email=person.email)

"""Another e-mail address: both mailboxes must agree, in either order.

So neither a stolen session nor a typing mistake takes an account away.
"""

from __future__ import annotations

from metaia.auth import queries
from metaia.auth.account import service as account
from metaia.auth.mailed_links import service as links
from metaia.auth.mailed_links import tokens as proofs
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit
from metaia.core.errors import Invalid
from metaia.core.ids import new_id
from metaia.jobs import registry as jobs
from metaia.notifications import service as notifications
from metaia.users import queries as users
from metaia.users import service as user_service
from metaia.users.queries import Person

MAIL = "metaia.auth.jobs.mail_change"
BOTH = (proofs.CHANGE_OLD, proofs.CHANGE_NEW)


def ask(actor: Actor, password: str, email: str) -> None:
    """Have both mailboxes asked; whether the new one is taken is found out by the worker. Raises Forbidden, Invalid."""
    with account.own_account(actor, account.known_hash(actor, password)) as person:
        if person.email == email.lower():
            raise Invalid(details={"email": ["This is your address already."]})
        audit.record("account.email_change_asked", subject=f"user-{person.id}")
        jobs.later(MAIL, user_id=person.id, email=email.lower(), change=new_id())


def mail(user_id: str, email: str, change: str) -> bool:
    """Ask both mailboxes, once; if the new address is taken, only the old one, as if nothing were wrong."""
    with db.transaction():
        person = users.to_change(user_id)
        if person is None or not person.active:
            return False
        if not links.send(person, proofs.CHANGE_OLD, proof_id=change, email=email, change=change):
            return False
        proofs.void(user_id, proofs.CHANGE_NEW)  # an earlier change is not to be mixed with this one
        if not users.taken(email):
            links.send(person, proofs.CHANGE_NEW, proof_id=new_id(), to=email, email=email, change=change)
    return True


def agree(token: str) -> bool:
    """Take one mailbox's agreement; return whether the address has changed, because the other one had agreed before.

    Raises as `proofs.use` does, and Conflict if somebody else has taken the address meanwhile.
    """
    with db.transaction():
        used = proofs.use(token, *BOTH)
        other = next(purpose for purpose in BOTH if purpose != used.purpose)
        agreed = queries.change_agreed(used.person.id, other, used.data["change"])
        if agreed:
            _change(used.person, used.data["email"])
        return agreed


def _change(person: Person, email: str) -> None:
    after = user_service.set_email(person, email)
    proofs.void(person.id, *proofs.MINUTES)
    audit.record("account.email_changed", subject=f"user-{person.id}", user=(person.id, person.role))
    notifications.notify(person.id, "email_changed", {"email": after.email}, email=person.email)

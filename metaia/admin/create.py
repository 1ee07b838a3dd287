"""Making members of staff."""

from __future__ import annotations

from metaia.admin import policy, service
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.passwords import policy as password_policy
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden
from metaia.core.ids import new_id
from metaia.notifications import service as notification_service
from metaia.users import service as user_service
from metaia.users.queries import Person
from metaia.users.service import NO_HASH

INVITED_MINUTES = 3 * 24 * 60


def make(actor: Actor, *, email: str, name: str, role: str, password: str | None = None) -> Person:
    """Make a member of staff. Without `password` they are mailed a link to choose one.

    Raises Forbidden, Conflict if the e-mail address is taken, and Invalid for a bad password.
    """
    if not policy.may_manage(actor, [role]):
        raise Forbidden
    password_hash = NO_HASH
    if password is not None:
        password_policy.require_good(password, email=email, name=name)
        password_hash = password_policy.hashed(password)
    with db.transaction():
        person = user_service.create(
            email=email, password_hash=password_hash, name=name, phone=None, role=role
        )
        if password is None:
            _invite(person)
        service.record(actor, "account.made", person, after={"role": role})
    return person


def _invite(person: Person) -> None:
    proof_id = new_id()
    email_tokens.issue(person.id, email_tokens.RESET_PASSWORD, {}, INVITED_MINUTES, proof_id=proof_id)
    notification_service.notify(person.id, "account_made", {"proofId": proof_id})

"""Creation of staff accounts."""

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

INVITATION_MINUTES = 3 * 24 * 60


def create_staff(actor: Actor, *, email: str, name: str, role: str, password: str | None = None) -> Person:
    """Create a member of staff. Without a `password`, mail them a link with which they choose one.

    Raises Forbidden, Conflict if the e-mail address is taken, and Invalid for a weak password.
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
    token_id = new_id()
    email_tokens.issue(person.id, email_tokens.RESET_PASSWORD, {}, INVITATION_MINUTES, token_id=token_id)
    notification_service.notify(person.id, "account_made", {"proofId": token_id})

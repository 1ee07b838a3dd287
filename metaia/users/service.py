"""What can be done to users, in the running transaction. Who may do it, and who is told, is for others to say."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from metaia.core import db
from metaia.core.access.permissions import SUPER_ADMIN
from metaia.core.errors import Conflict
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.users import queries
from metaia.users.models import User
from metaia.users.queries import Person
from metaia.users.state import DELETED

NO_HASH = "!"  # of no password


def create(*, email: str, password_hash: str, name: str, phone: str | None, role: str) -> Person:
    """Add a user. Raises Conflict if the e-mail address is taken."""
    person = Person(
        id=new_id(),
        email=email.lower(),
        name=name,
        phone=phone,
        role=role,
        active=True,
        inactive_because=None,
        avatar=None,
        locale="en",
        time_zone="UTC",
        email_verified_at=None,
        version=1,
        created_at=now(),
    )
    _unless_taken(insert(User).values(**asdict(person), password_hash=password_hash))
    return person


def change(person: Person, *, password_hash: str | None = None, **changes: Any) -> Person:
    """Change a user whom `queries.to_change` has read, once in a transaction; return them after it."""
    after = replace(person, version=person.version + 1, **changes)
    secret = {} if password_hash is None else {"password_hash": password_hash}
    db.change(User, id=person.id, version=after.version, **changes, **secret)
    if "locale" in changes:
        db.current().after_commit(partial(queries.forget_locale, person.id))
    return after


def rehash(user_id: str, known: str, fresh: str) -> None:
    """Replace the hash of a user's password by another one of the same password, if they still have that one."""
    same = (User.id == user_id, User.password_hash == known)
    db.execute(update(User).where(*same).values(password_hash=fresh))


def set_email(person: Person, email: str) -> Person:
    """Give a locked user another e-mail address, which is known to be theirs. Raises Conflict if it is taken."""
    after = replace(person, email=email.lower(), email_verified_at=now(), version=person.version + 1)
    changes = {"email": after.email, "email_verified_at": after.email_verified_at, "version": after.version}
    _unless_taken(update(User).where(User.id == person.id).values(**changes))
    return after


def shut(person: Person, because: str) -> Person:
    """Make a locked user inactive. Raises Conflict for the last super admin."""
    require_another_super_admin(person)
    return change(person, active=False, inactive_because=because)


def reopen(person: Person) -> Person:
    """Make a locked user active again."""
    return change(person, active=True, inactive_because=None)


def erase(person: Person) -> None:
    """Take everything personal out of a locked user's row; only what others refer to stays. Raises as `shut` does."""
    require_another_super_admin(person)
    nobody = {"email": f"{person.id}@deleted.invalid", "password_hash": NO_HASH, "name": "", "phone": None}
    default = {"avatar": None, "locale": "en", "time_zone": "UTC", "email_verified_at": None}
    gone = {"active": False, "inactive_because": DELETED, "version": person.version + 1}
    db.change(User, id=person.id, **nobody, **default, **gone)


def require_another_super_admin(person: Person) -> None:
    """Raise Conflict if `person`, who is about to stop being one, is the last active super admin."""
    if person.role == SUPER_ADMIN and person.active and not queries.other_super_admins(person.id):
        raise Conflict("Somebody must remain who makes admins.", code="last_super_admin")


def _unless_taken(statement: Any) -> None:
    try:
        db.execute(statement)
    except IntegrityError as error:
        if "uq_users_email" not in str(error.orig):
            raise
        raise Conflict("This e-mail address is taken.", code="email_taken") from None

"""Changes of users, in the running transaction. Callers check permissions, notify users and write the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from metaia.core import db
from metaia.core.access.permissions import SUPER_ADMIN
from metaia.core.errors import Conflict
from metaia.core.ids import new_id
from metaia.core.registry import Registry
from metaia.core.text import emails, phones
from metaia.core.times import now
from metaia.users import queries
from metaia.users.models import User
from metaia.users.queries import Person
from metaia.users.state import DEACTIVATED, DELETED

NO_HASH = "!"  # no password matches it
# By domain: `end(user_id)` runs in the transaction that changes a password, and ends what it gave access to.
PASSWORD_CHANGED: Registry[str, Callable[[str], object]] = Registry("password_changed")
# By domain: `call(person)` runs in the transaction in which a user gets a role, also the first one.
ROLE_HOOKS: Registry[str, Callable[[Person], None]] = Registry("role_hooks")


def create(*, email: str, password_hash: str, name: str, phone: str | None, role: str) -> Person:
    """Add a user. Raises Conflict if the e-mail address is taken."""
    person = Person(
        id=new_id(),
        email=emails.comparable(email),
        name=name,
        phone=phone,
        phone_e164=phones.canonical(phone),
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
    _require_free(person.email)
    _execute_unless_taken(insert(User).values(**asdict(person), password_hash=password_hash))
    _role_given(person)
    return person


def change(person: Person, *, password_hash: str | None = None, **changes: Any) -> Person:
    """Change a user that `queries.to_change` returned, at most once per transaction. Return the changed user."""
    if "phone" in changes:
        changes["phone_e164"] = phones.canonical(changes["phone"])
    after = replace(person, version=person.version + 1, **changes)
    if password_hash is not None:
        for end in PASSWORD_CHANGED.current().values():
            end(person.id)
    secret = {} if password_hash is None else {"password_hash": password_hash}
    db.change(User, id=person.id, version=after.version, **changes, **secret)
    if "role" in changes:
        _role_given(after)
    if not changes.keys().isdisjoint({"locale", "time_zone"}):
        db.current().after_commit(partial(queries.uncache_locale, person.id))
    return after


def rehash(user_id: str, known_hash: str, new_hash: str) -> None:
    """Replace a password's hash by another one of the same password, unless the password was changed since."""
    unchanged = (User.id == user_id, User.password_hash == known_hash)
    db.execute(update(User).where(*unchanged).values(password_hash=new_hash))


def set_email(person: Person, email: str) -> Person:
    """Set the verified e-mail address of a row-locked user. Raises Conflict if the address is taken."""
    after = replace(
        person, email=emails.comparable(email), email_verified_at=now(), version=person.version + 1
    )
    _require_free(after.email)
    changes = {"email": after.email, "email_verified_at": after.email_verified_at, "version": after.version}
    _execute_unless_taken(update(User).where(User.id == person.id).values(**changes))
    return after


def deactivate(person: Person) -> Person:
    """Deactivate a row-locked user until they log in again. Raises Conflict for the last super admin."""
    require_another_super_admin(person)
    return change(person, active=False, inactive_because=DEACTIVATED)


def reactivate(person: Person) -> Person:
    """Make a row-locked user active again."""
    return change(person, active=True, inactive_because=None)


def erase(person: Person) -> None:
    """Erase the personal data in the row of a row-locked user. Raises Conflict for the last super admin."""
    require_another_super_admin(person)
    blank = {"email": f"{person.id}@deleted.invalid", "password_hash": NO_HASH, "name": ""}
    no_phone = {"phone": None, "phone_e164": None}
    default = {"avatar": None, "locale": "en", "time_zone": "UTC", "email_verified_at": None}
    state = {"active": False, "inactive_because": DELETED, "version": person.version + 1}
    db.change(User, id=person.id, **blank, **no_phone, **default, **state)


def require_another_super_admin(person: Person) -> None:
    """Raise Conflict if `person` is the last active super admin: call it before a change of role or state."""
    if person.role == SUPER_ADMIN and person.active and not queries.other_super_admins(person.id):
        raise Conflict("This is the last super admin: create another one first.", code="last_super_admin")


def _role_given(person: Person) -> None:
    for call in ROLE_HOOKS.current().values():
        call(person)


def _require_free(email: str) -> None:
    """Raise Conflict if a row has another form of this address; the index finds the same form."""
    if len(emails.variants(email)) > 1 and queries.taken(email):
        raise Conflict("This e-mail address is taken.", code="email_taken")


def _execute_unless_taken(statement: Any) -> None:
    try:
        db.execute(statement)
    except IntegrityError as error:
        if "uq_users_email" not in str(error.orig):
            raise
        raise Conflict("This e-mail address is taken.", code="email_taken") from None

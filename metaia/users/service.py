"""What can be done to users."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from metaia.core import db
from metaia.core.errors import Conflict
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.users.models import User
from metaia.users.queries import Person


def create(*, email: str, password_hash: str, name: str, phone: str | None, role: str) -> Person:
    """Add a user in the running transaction. Raises Conflict if the e-mail address is taken."""
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
    row = insert(User).values(**asdict(person), password_hash=password_hash)
    try:
        db.execute(row)
    except IntegrityError as error:
        if "uq_users_email" not in str(error.orig):
            raise
        raise Conflict("This e-mail address is taken.", code="email_taken") from None
    return person

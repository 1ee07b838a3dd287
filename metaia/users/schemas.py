"""What goes in and out about users."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from metaia.core.actor import ROLES
from metaia.core.errors import declare
from metaia.core.schema import Schema
from metaia.core.times import rfc3339
from metaia.users.queries import Person

declare({"email_taken": "Somebody has an account with this e-mail address."})


class UserOut(Schema):
    """A user, as they see themselves."""

    id = fields.UUID(required=True)
    email = fields.Email(required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    role = fields.String(required=True, validate=validate.OneOf(sorted(ROLES)))
    created_at = fields.AwareDateTime(required=True)


def present(person: Person) -> dict[str, Any]:
    """Return `person` as UserOut describes it."""
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "phone": person.phone,
        "role": person.role,
        "createdAt": rfc3339(person.created_at),
    }

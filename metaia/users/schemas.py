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
    avatar = fields.String(required=True, allow_none=True)
    locale = fields.String(required=True)
    time_zone = fields.String(required=True)
    email_verified = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)


def present(person: Person) -> dict[str, Any]:
    """Return `person` as UserOut describes it."""
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "phone": person.phone,
        "role": person.role,
        "avatar": person.avatar,
        "locale": person.locale,
        "timeZone": person.time_zone,
        "emailVerified": person.email_verified_at is not None,
        "version": person.version,
        "createdAt": rfc3339(person.created_at),
    }

"""What goes in and out about getting in."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from metaia.core.access.actor import SELF_REGISTERED
from metaia.core.db import AnyRow
from metaia.core.errors import declare
from metaia.core.http.fields import Schema, Text
from metaia.core.http.views import envelope
from metaia.core.times import rfc3339
from metaia.users.schemas import UserOut

LONGEST_CODE = 40  # with whatever people put between its parts
declare(
    {
        "wrong_credentials": "E-mail address or password is wrong.",
        "refresh_reused": "The refresh token was used before, so its session has ended: log in again.",
    }
)


class NewPassword(fields.String):
    """A password that is to be; `passwords.require_good` says whether it is good enough."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            load_only=True,
            validate=validate.Length(min=8, max=200),
            metadata={"examples": ["correct horse battery staple"]},
            **kwargs,
        )


class Register(Schema):
    email = fields.Email(required=True, validate=validate.Length(max=254))
    password = NewPassword(required=True)
    name = Text(120, required=True)
    phone = Text(32, load_default=None, allow_none=True)
    role = fields.String(load_default="customer", validate=validate.OneOf([*sorted(SELF_REGISTERED), "user"]))

    @post_load
    def rename(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """One of the five apps says `user` where the others say `customer`."""
        return data | {"role": "customer"} if data["role"] == "user" else data


class Login(Schema):
    email = Text(254, required=True)
    password = fields.String(required=True, load_only=True, validate=validate.Length(max=200))
    code = Text(
        LONGEST_CODE,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "of the authenticator app, or a recovery code; where the account has a second factor"
        },
    )


class Refresh(Schema):
    refresh_token = fields.String(required=True, validate=validate.Length(max=2000))


LoggedIn = envelope(
    "LoggedIn",
    user=fields.Nested(UserOut, required=True),
    access_token=fields.String(required=True),
    refresh_token=fields.String(required=True),
    second_factor_needed=fields.Boolean(
        required=True,
        metadata={"description": "nothing can be done before a second factor is set up; refresh after that"},
    ),
)
Me = envelope("Me", user=fields.Nested(UserOut, required=True))


class Staff(Schema):
    """Who looks through a user's eyes."""

    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    role = fields.String(required=True, allow_none=True)


class SessionOut(Schema):
    """One login on one device."""

    id = fields.UUID(required=True)
    device = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    current = fields.Boolean(required=True)
    impersonated_by = fields.Nested(Staff, required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    used_at = fields.AwareDateTime(required=True, metadata={"description": "login or last refresh"})


def present_session(row: AnyRow, current: str | None) -> dict[str, Any]:
    """Return a row of `queries.open_sessions` as SessionOut describes it; `current` is the session of who asks."""
    staff = {"id": row.impersonator_id, "name": row.impersonator_name, "role": row.impersonator_role}
    return {
        "id": row.id,
        "device": row.device,
        "address": row.address,
        "current": row.id == current,
        "impersonatedBy": staff if row.impersonator_id else None,
        "createdAt": rfc3339(row.created_at),
        "usedAt": rfc3339(row.used_at),
    }

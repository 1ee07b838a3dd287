"""Bodies and answers of registration, login and refresh."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from metaia.auth.passwords.fields import KnownPassword, NewPassword
from metaia.auth.second_factor.codes import LONGEST_CODE
from metaia.core.access.actor import SELF_REGISTERED
from metaia.core.errors import declare
from metaia.core.http.contact_fields import Email, Phone, TypedEmail
from metaia.core.http.fields import Schema, Text
from metaia.core.http.views import envelope
from metaia.users.schemas import UserOut

declare(
    {
        "wrong_credentials": "E-mail address or password is wrong.",
        "refresh_reused": "The refresh token was used before, so its session has ended: log in again.",
    }
)


class Register(Schema):
    email = Email()
    password = NewPassword(required=True)
    name = Text(120, required=True)
    phone = Phone(load_default=None, allow_none=True)
    role = fields.String(load_default="customer", validate=validate.OneOf([*sorted(SELF_REGISTERED), "user"]))

    @post_load
    def rename(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Read `user` as `customer`: one of the five apps uses that name."""
        return data | {"role": "customer"} if data["role"] == "user" else data


class Login(Schema):
    email = TypedEmail()
    password = KnownPassword(required=True)
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
    attempt_id = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"[!-~]{22,64}\Z", error="Must be 22 to 64 printable ASCII characters."),
        metadata={
            "pattern": "^[!-~]{22,64}$",
            "description": "random text that the client makes once per session and stores with its tokens; if an "
            "answer was lost, the same request within 10 minutes gets the same refresh token",
        },
    )


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

"""Bodies and answers of the routes about a user's own account."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.auth.passwords import fields as password_fields
from metaia.core.http import contact_fields
from metaia.core.http.fields import Schema, Version
from metaia.core.http.views import envelope
from metaia.core.openapi.answer_fields import OpenObject
from metaia.users.schemas import UserOut

_token = validate.Length(max=200)


class Email(Schema):
    email = contact_fields.Email()


class Token(Schema):
    token = fields.String(required=True, validate=_token, metadata={"description": "from a mailed link"})


class NewPassword(Token):
    password = password_fields.NewPassword(required=True)


class KnownPassword(Schema):
    password = password_fields.KnownPassword(required=True)
    expected_version = Version(load_default=None)


class ChangePassword(Schema):
    current_password = password_fields.KnownPassword(required=True)
    new_password = password_fields.NewPassword(required=True)
    expected_version = Version(load_default=None)


class ChangeEmail(Email):
    password = password_fields.KnownPassword(required=True)


Done = envelope("AccountDone")
Asked = envelope("MailAsked", message=fields.String(required=True))
Agreed = envelope("MailboxAgreed", changed=fields.Boolean(required=True))
Me = envelope("MyAccount", user=fields.Nested(UserOut, required=True))
Export = envelope(
    "MyData",
    export=OpenObject("DataExport", "`account`, and a list of each kind of personal data", required=True),
)

"""Bodies and answers of the routes about the second factor."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from metaia.auth.passwords.fields import KnownPassword
from metaia.auth.second_factor.codes import LONGEST_CODE
from metaia.core.http.fields import Schema, Text
from metaia.core.http.views import envelope


class BeginSecondFactor(Schema):
    password = KnownPassword(required=True)


class ConfirmSecondFactor(Schema):
    code = Text(LONGEST_CODE, required=True)


class RemoveSecondFactor(BeginSecondFactor):
    code = Text(LONGEST_CODE, required=True)


class RenewRecoveryCodes(Schema):
    password = KnownPassword(load_default=None)
    code = Text(LONGEST_CODE, load_default=None)

    @validates_schema
    def require_one(self, data: dict[str, Any], **_: Any) -> None:
        """Require the password, a code, or both."""
        if data["password"] is None and data["code"] is None:
            raise ValidationError("Send the password or a code.", "password")


Factor = envelope(
    "SecondFactor",
    on=fields.Boolean(required=True),
    needed=fields.Boolean(required=True, metadata={"description": "the role can do nothing without"}),
    recovery_codes_left=fields.Integer(required=True),
)
Secret = envelope(
    "SecondFactorSecret",
    secret=fields.String(required=True),
    uri=fields.String(required=True, metadata={"description": "for a QR code: otpauth://totp/…"}),
)
RecoveryCodes = envelope(
    "RecoveryCodes",
    recovery_codes=fields.List(
        fields.String(), required=True, metadata={"description": "shown this once; each works once"}
    ),
)
Off = envelope("SecondFactorOff")

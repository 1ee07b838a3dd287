"""Body and answers of payout accounts."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.errors import declare
from metaia.core.http.fields import Schema, Text, Version
from metaia.core.http.views import envelope
from metaia.core.openapi import error_schemas

declare(
    {
        "payout_account_missing": "There is no account to pay to: set one first.",
        "payout_locked": "The payout account was changed: no payout before `details.until`.",
    }
)
BANK, UPI = "bank", "upi"
_method = validate.OneOf((BANK, UPI))
_NUMBER = "of the account, or its IBAN"
_CODE = "IFSC, BIC or routing number"
DETAILS = {BANK: ("holder", "account_number", "bank_code"), UPI: ("holder", "upi")}


def _pattern(pattern: str, error: str, **metadata: str) -> fields.String:
    """Return a field that matches a pattern as a whole, which the document shows as JavaScript writes it."""
    shown = metadata | {"pattern": f"^{pattern}$"}
    return fields.String(validate=validate.Regexp(rf"{pattern}\Z", error=error), metadata=shown)


class PutPayoutAccount(Schema):
    """A bank account, or an address of UPI."""

    method = fields.String(required=True, validate=_method)
    holder = Text(100, required=True)
    account_number = _pattern("[A-Za-z0-9]{5,34}", "5 to 34 letters and digits.", description=_NUMBER)
    bank_code = _pattern("[A-Za-z0-9]{6,11}", "6 to 11 letters and digits.", description=_CODE)
    upi = _pattern("[A-Za-z0-9._-]{2,60}@[A-Za-z][A-Za-z0-9]{1,30}", "An address like name@bank.")
    expected_version = Version(load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def complete(self, data: dict[str, Any], **_: Any) -> None:
        """Require the fields of the method, and refuse those of the other one."""
        own, given = DETAILS[data["method"]], data.keys() & {"account_number", "bank_code", "upi"}
        missing = {name: ["Missing data for required field."] for name in own if name not in data}
        other = {name: [f"Not a field of {data['method']}."] for name in given - {*own}}
        if missing or other:
            raise ValidationError(missing | other)


EXAMPLE = {
    "method": BANK,
    "holder": "Asha Rao",
    "accountNumber": "50100012345678",
    "bankCode": "HDFC0001234",
}


class PayoutAccountOut(Schema):
    """A payout account. Only the staff that pays sees more of its number than the end."""

    method = fields.String(required=True, validate=_method)
    account = fields.String(required=True, metadata={"example": "HDFC0001234 ••••5678"})
    locked_until = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "no payout can be requested before"}
    )
    version = fields.Integer(required=True)
    updated_at = fields.AwareDateTime(required=True)


class PayoutAccountConflict(Schema):
    version = fields.Integer()


One = envelope(
    "OnePayoutAccount", payout_account=fields.Nested(PayoutAccountOut, required=True, allow_none=True)
)
Conflict = error_schemas.conflict(PayoutAccountConflict)

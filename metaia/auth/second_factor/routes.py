"""Routes of one's second factor. What they answer is secret, so none takes an Idempotency-Key (docs/adr/0005)."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.auth.schemas import LONGEST_CODE
from metaia.auth.second_factor import service as second_factor_service
from metaia.core.access.actor import current
from metaia.core.errors import Conflict
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import LOGIN, READ
from metaia.core.http.fields import Schema, Text
from metaia.core.http.views import answer, envelope

blp = Blueprint(
    "second_factor", __name__, url_prefix="/api/auth/second-factor", description="One's second factor"
)
Body = dict[str, Any]
_length = validate.Length(max=200)


class BeginSecondFactor(Schema):
    password = fields.String(required=True, load_only=True, validate=_length)


class ConfirmSecondFactor(Schema):
    code = Text(LONGEST_CODE, required=True)


class RemoveSecondFactor(BeginSecondFactor):
    code = Text(LONGEST_CODE, required=True)


class RenewRecoveryCodes(Schema):
    password = fields.String(load_default=None, load_only=True, validate=_length)
    code = Text(LONGEST_CODE, load_default=None)

    @validates_schema
    def one_at_least(self, data: Body, **_: Any) -> None:
        """Somebody who shows nothing gets nothing."""
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


@blp.endpoint("GET", "", returns=Factor, limit=READ, allowed_for=("mfa_pending",))
def get_state() -> Response:
    """Whether I have a second factor, and must have one."""
    state = second_factor_service.state(current())
    return answer(on=state.on, needed=state.needed, recovery_codes_left=state.recovery_codes_left)


@blp.endpoint(
    "POST",
    "",
    body=BeginSecondFactor,
    returns=Secret,
    status=201,
    limit=LOGIN,
    allowed_for=("mfa_pending",),
    fails=(Conflict,),
)
def begin(body: Body) -> Response:
    """A new secret for an authenticator app. It is in force once `confirm` gets a code of it."""
    secret, uri = second_factor_service.begin(current(), body["password"])
    return answer(status=201, secret=secret, uri=uri)


@blp.endpoint(
    "POST",
    "/confirm",
    body=ConfirmSecondFactor,
    returns=RecoveryCodes,
    limit=LOGIN,
    allowed_for=("mfa_pending",),
    fails=(Conflict,),
)
def confirm(body: Body) -> Response:
    """Put the secret in force; all other sessions end. A session that could do nothing without: refresh it now."""
    return answer(recovery_codes=second_factor_service.confirm(current(), body["code"]))


@blp.endpoint("DELETE", "", body=RemoveSecondFactor, returns=Off, limit=LOGIN, fails=(Conflict,))
def remove(body: Body) -> Response:
    """Take it off; all other sessions end, and this one if the role needs a second factor."""
    second_factor_service.remove(current(), body["password"], body["code"])
    return answer()


@blp.endpoint(
    "POST",
    "/recovery-codes",
    body=RenewRecoveryCodes,
    example={"password": "correct horse battery staple"},
    returns=RecoveryCodes,
    limit=LOGIN,
    fails=(Conflict,),
)
def renew_recovery_codes(body: Body) -> Response:
    """New recovery codes; the old ones are void."""
    return answer(
        recovery_codes=second_factor_service.renew_recovery_codes(current(), body["password"], body["code"])
    )

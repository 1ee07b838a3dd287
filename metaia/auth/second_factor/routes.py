"""Routes by which users set up their second factor.

Their answers contain secrets, so none accepts an Idempotency-Key (docs/adr/0005).
"""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.auth.second_factor import schemas, service
from metaia.core.access.actor import current
from metaia.core.errors import Conflict
from metaia.core.http.views import LOGIN, READ, Blueprint, answer, even_when, rated
from metaia.core.openapi.error_responses import refuses

blp = Blueprint(
    "second_factor", __name__, url_prefix="/api/auth/second-factor", description="One's second factor"
)
Body = dict[str, Any]


@blp.route("")
@blp.response(200, schemas.Factor)
@rated(READ)
@even_when("limited")
def get_state() -> Response:
    """Get whether you have a second factor, and whether your role requires one."""
    state = service.state(current())
    return answer(on=state.on, needed=state.needed, recovery_codes_left=state.recovery_codes_left)


@blp.route("", methods=["POST"])
@blp.arguments(schemas.BeginSecondFactor)
@blp.response(201, schemas.Secret)
@rated(LOGIN)
@refuses(Conflict)
@even_when("limited")
def begin(body: Body) -> Response:
    """Get a new secret for an authenticator app. It has no effect until `confirm` receives a code of it."""
    secret, uri = service.begin(current(), body["password"])
    return answer(status=201, secret=secret, uri=uri)


@blp.route("/confirm", methods=["POST"])
@blp.arguments(schemas.ConfirmSecondFactor)
@blp.response(200, schemas.RecoveryCodes)
@rated(LOGIN)
@refuses(Conflict)
@even_when("limited")
def confirm(body: Body) -> Response:
    """Enable the second factor and end all other sessions. If the role requires it, refresh this session now."""
    return answer(recovery_codes=service.confirm(current(), body["code"]))


@blp.route("", methods=["DELETE"])
@blp.arguments(schemas.RemoveSecondFactor)
@blp.response(200, schemas.Off)
@rated(LOGIN)
@refuses(Conflict)
def remove(body: Body) -> Response:
    """Remove the second factor and end all other sessions, and this one if the role requires a second factor."""
    service.remove(current(), body["password"], body["code"])
    return answer()


@blp.route("/recovery-codes", methods=["POST"])
@blp.arguments(schemas.RenewRecoveryCodes, example={"password": "correct horse battery staple"})
@blp.response(200, schemas.RecoveryCodes)
@rated(LOGIN)
@refuses(Conflict)
def renew_recovery_codes(body: Body) -> Response:
    """Replace the recovery codes."""
    return answer(recovery_codes=service.renew_recovery_codes(current(), body["password"], body["code"]))

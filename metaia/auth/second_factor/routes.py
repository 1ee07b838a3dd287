"""Routes by which users set up their second factor.

Their answers contain secrets, so none accepts an Idempotency-Key (docs/adr/0005).
"""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.auth.second_factor import schemas, service
from metaia.core.access.actor import current
from metaia.core.errors import Conflict
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import LOGIN, READ
from metaia.core.http.views import answer

blp = Blueprint(
    "second_factor", __name__, url_prefix="/api/auth/second-factor", description="One's second factor"
)
Body = dict[str, Any]


@blp.endpoint("GET", "", returns=schemas.Factor, limit=READ, allowed_for=("mfa_pending",))
def get_state() -> Response:
    """Get whether you have a second factor, and whether your role requires one."""
    state = service.state(current())
    return answer(on=state.on, needed=state.needed, recovery_codes_left=state.recovery_codes_left)


@blp.endpoint(
    "POST",
    "",
    body=schemas.BeginSecondFactor,
    returns=schemas.Secret,
    secret=True,
    status=201,
    limit=LOGIN,
    allowed_for=("mfa_pending",),
    fails=(Conflict,),
)
def begin(body: Body) -> Response:
    """Get a new secret for an authenticator app. It has no effect until `confirm` receives a code of it."""
    secret, uri = service.begin(current(), body["password"])
    return answer(status=201, secret=secret, uri=uri)


@blp.endpoint(
    "POST",
    "/confirm",
    body=schemas.ConfirmSecondFactor,
    returns=schemas.RecoveryCodes,
    secret=True,
    limit=LOGIN,
    allowed_for=("mfa_pending",),
    fails=(Conflict,),
)
def confirm(body: Body) -> Response:
    """Enable the second factor and end all other sessions. If the role requires it, refresh this session now."""
    return answer(recovery_codes=service.confirm(current(), body["code"]))


@blp.endpoint(
    "DELETE", "", body=schemas.RemoveSecondFactor, returns=schemas.Off, limit=LOGIN, fails=(Conflict,)
)
def remove(body: Body) -> Response:
    """Remove the second factor and end all other sessions, and this one if the role requires a second factor."""
    service.remove(current(), body["password"], body["code"])
    return answer()


@blp.endpoint(
    "POST",
    "/recovery-codes",
    body=schemas.RenewRecoveryCodes,
    example={"password": "metaia-demo"},
    returns=schemas.RecoveryCodes,
    secret=True,
    limit=LOGIN,
    fails=(Conflict,),
)
def renew_recovery_codes(body: Body) -> Response:
    """Replace the recovery codes."""
    return answer(recovery_codes=service.renew_recovery_codes(current(), body["password"], body["code"]))

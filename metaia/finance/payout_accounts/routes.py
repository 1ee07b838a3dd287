"""Routes of the payout account of a partner."""

from __future__ import annotations

from flask import Response

from metaia.core.access.actor import current
from metaia.core.errors import Forbidden
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.finance.payout_accounts import models, presenters, queries, schemas, service
from metaia.finance.policy import PAID_OUT, require

__all__ = ["blp", "models"]
blp = Blueprint(
    "payout_account", __name__, url_prefix="/api/finance/payout-account", description="Where money is paid to"
)


@blp.endpoint("GET", "", returns=schemas.One, limit=READ, fails=(Forbidden,))
def get_own() -> Response:
    """The own payout account, masked; null before one is set."""
    actor = current()
    require(actor, PAID_OUT)
    found = queries.get(actor.id)
    if found is None:
        return answer(payout_account=None)
    return answer_versioned(found.version, payout_account=presenters.account(found))


@blp.endpoint(
    "PUT",
    "",
    body=schemas.PutPayoutAccount,
    example=schemas.EXAMPLE,
    returns=schemas.One,
    limit=WRITE.limited_to("10 per hour"),
    fails=(Forbidden,),
    conflict=schemas.Conflict,
)
def put(body: Json) -> Response:
    """Set the own payout account. After a change no payout can be requested for 24 hours."""
    actor = current()
    require(actor, PAID_OUT)
    version = etags.expected(body.pop("expected_version"))
    found = service.put(actor.id, body, version)
    return answer_versioned(found.version, payout_account=presenters.account(found))

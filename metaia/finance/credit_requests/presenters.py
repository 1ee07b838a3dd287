"""Credit requests as JSON."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.finance.credit_requests.queries import CreditRequest
from metaia.finance.credit_requests.schemas import CreditRequestOut
from metaia.finance.credit_requests.state import ADMIN, MACHINE, OWNER
from metaia.finance.policy import FINANCE_MANAGE

_request = presenter(CreditRequestOut, rename={"limit": "amount"}, without=["allowed_actions"])


def parties(actor: Actor, this: CreditRequest) -> frozenset[str]:
    """Return the parties of an actor in a request."""
    mine = {OWNER: actor.id == this.user_id, ADMIN: actor.may(FINANCE_MANAGE)}
    return frozenset(party for party, holds in mine.items() if holds)


def request(this: CreditRequest, actor: Actor) -> Json:
    """Return a request, with the actions that `actor` may perform."""
    return _request(this) | {"allowedActions": MACHINE.allowed(this.status, parties(actor, this))}


def conflict(this: CreditRequest, actor: Actor) -> Json:
    """Return the details of a 409: the current state of the request."""
    allowed = MACHINE.allowed(this.status, parties(actor, this))
    return {"status": this.status, "version": this.version, "allowedActions": allowed}

"""Accepting an offer. Orders are a higher domain: they register what makes an order of an accepted offer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from metaia.core import fault_injection, versions
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Invalid
from metaia.core.json import Json
from metaia.core.registry import Registry
from metaia.offers import presenters
from metaia.offers.queries import Offer
from metaia.offers.rounds import amounts
from metaia.offers.timeline import service as timeline


class Draft(Protocol):
    """An order that is checked and not written yet."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> str: ...

    def write(self) -> None:
        """Write the order and its event in the running transaction. The offer is written as accepted before."""

    def shown(self, actor: Actor) -> Json:
        """Return the order as `actor` sees it."""


# By domain: returns the order of an offer as it is accepted. Raises Conflict (`credit_refused`) for net terms that the
# buyer's credit does not allow.
FULFILMENTS: Registry[str, Callable[[Actor, Offer], Draft]] = Registry("offer_fulfilments")


def require_version(version: versions.Expected) -> None:
    """Raise Invalid without a version: no user accepts what they have not read."""
    if version is None:
        message = "Required to accept, here or in If-Match: the version that you read."
        raise Invalid(details={"expectedVersion": [message]})


def accept(actor: Actor, offer: Offer, given: Json) -> tuple[Offer, Json]:
    """Accept a row-locked offer; return it and the order, as `actor` sees it. Raises Invalid and Conflict."""
    items = amounts.taken(offer.items, offer.adjustment, given["quantities"])
    total = amounts.of(items, offer.adjustment, None).total
    info = (offer.customer_info or {}) | given.get("customer_info", {})
    agreed = replace(offer, items=items, total=total, customer_info=info)
    [fulfil] = FULFILMENTS.current().values()
    draft = _drafted(lambda: fulfil(actor, agreed), offer, actor)
    changes: Json = {
        "status": "accepted",
        "items": items,
        "total": total,
        "customer_info": info,
        "order_id": draft.id,
        "order_number": draft.number,
    }
    after = timeline.change(offer, "accept", changes, given["message"], actor)
    fault_injection.point("offer_accepted")
    draft.write()
    return after, draft.shown(actor)


def _drafted(fulfil: Callable[[], Draft], offer: Offer, actor: Actor) -> Draft:
    try:
        return fulfil()
    except Conflict as error:
        raise Conflict(error.message, code=error.code, details=presenters.conflict(offer, actor)) from error

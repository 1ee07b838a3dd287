"""An offer's past: its rounds and steps, and how it stood at any moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.errors import NotFound
from metaia.offers import service
from metaia.offers.queries import Offer
from metaia.offers.timeline import queries


def steps(actor: Actor, offer_id: str) -> tuple[Offer, list[AnyRow]]:
    """Return an offer and its history, oldest entry first. Raises NotFound or Forbidden."""
    offer = service.read(actor, offer_id)
    return offer, queries.steps(offer_id)


def as_of(actor: Actor, offer_id: str, moment: datetime) -> tuple[Offer, Offer]:
    """Return an offer as it was at a moment, and as it is. Raises NotFound (also if it did not exist) or Forbidden."""
    offer = service.read(actor, offer_id)
    entries = queries.steps(offer_id, until=moment)
    if not entries:
        raise NotFound("The offer did not exist then.")
    last = entries[-1]
    until = datetime.fromisoformat(last.after["expires_at"])
    then = replace(offer, **last.after | {"expires_at": until}, version=last.version, updated_at=last.at)
    return then, offer

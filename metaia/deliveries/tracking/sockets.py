"""The socket message with which couriers send their positions."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import DELIVERY
from metaia.core.errors import Forbidden
from metaia.core.json import Json
from metaia.couriers.schemas import CourierFix
from metaia.deliveries.tracking import service
from metaia.deliveries.tracking.policy import LOCATION
from metaia.deliveries.tracking.schemas import TakenOut
from metaia.realtime import inbound


@inbound.on(LOCATION, CourierFix, "Send one's own position: couriers.", returns=TakenOut)
def take(actor: Actor, data: Json) -> Json:
    """Take the position of a courier."""
    if actor.role != DELIVERY:
        raise Forbidden("Only couriers send positions.")
    return {"taken": service.take(actor, [data])}

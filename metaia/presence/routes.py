"""Presence over REST."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response

from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer
from metaia.presence import events, policy, sockets
from metaia.presence import service as presence_service
from metaia.presence.schemas import (
    CouriersQuery,
    ManyCouriers,
    ManyPresences,
    OnePresence,
    PresenceQuery,
    SetPresence,
)
from metaia.realtime import catalogue, inbound, runtime

blp = Blueprint("presence", __name__, url_prefix="/api/presence", description="Presence")
couriers = Blueprint("couriers", __name__, url_prefix="/api/users/couriers", description="Couriers")


@blp.endpoint("GET", "", query=PresenceQuery, returns=ManyPresences, limit=READ)
def get_many(query: dict[str, Any]) -> Response:
    """Online and busy users: staff see all, customers see partners, others themselves."""
    there, following = presence_service.current().page(current(), **query)
    return answer(presences=there, meta={"next_cursor": following})


@blp.endpoint("PUT", "", body=SetPresence, returns=OnePresence, limit=WRITE)
def set_own(body: dict[str, Any]) -> Response:
    """Set one's own status to busy, or to online again: partners."""
    return answer(presence=presence_service.current().set(current(), body["status"]))


@couriers.endpoint(
    "GET", "", query=CouriersQuery, returns=ManyCouriers, limit=READ, access=policy.COURIERS_READ
)
def get_couriers(query: dict[str, Any]) -> Response:
    """The couriers that an order can be assigned to, by name: for partners and admins."""
    found, following = presence_service.current().couriers(**query)
    return answer(couriers=found, meta={"next_cursor": following})


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    real_time = runtime.of(app)
    presence = presence_service.Presence(app, lambda: real_time.relay.leading)
    real_time.add_loop(presence.run)
    real_time.on_connect(sockets.follow_every_partner)
    catalogue.register(app, *events.EVENTS)
    inbound.register(app, sockets)
    api.register_blueprint(blp)
    api.register_blueprint(couriers)

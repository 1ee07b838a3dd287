"""What clients may say and ask about presence over a socket."""

from __future__ import annotations

from typing import Any

from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden, Problem
from metaia.core.http.fields import Id, Schema
from metaia.presence import service as presence_service
from metaia.presence.publish import EVERY_PARTNER, room
from metaia.presence.routes import SetPresence
from metaia.realtime import inbound, runtime
from metaia.realtime.gateways import socketio as socketio_gateway


class PartnerRoom(Schema):
    partner_id = Id(required=True)


@inbound.on(
    "join_partner_room",
    PartnerRoom,
    "Hear when a partner comes, goes or is busy: customers and staff.",
    changes=False,
)
def join_partner_room(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Let the client hear of a partner instead of all of them, and say how things are now."""
    partner_id = data["partner_id"]
    if not presence_service.may_follow(actor, partner_id):
        raise Forbidden
    socketio_gateway.enter(room(partner_id))  # before the look, or a change between them would be missed
    try:
        status = runtime.current().presence.of_partner(partner_id)
    except Problem:
        socketio_gateway.leave(room(partner_id))
        raise
    socketio_gateway.leave(EVERY_PARTNER)
    return {"partnerId": partner_id, "room": room(partner_id), "status": status}


@inbound.on("leave_partner_room", PartnerRoom, "Hear of a partner no longer.", changes=False)
def leave_partner_room(_: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Let the client out of the room; leaving a room one is not in is no error."""
    socketio_gateway.leave(room(data["partner_id"]))
    return {"partnerId": data["partner_id"], "room": room(data["partner_id"])}


@inbound.on("presence:set", SetPresence, "Say that one is busy, or online again: partners.")
def set_presence(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Let a partner be busy, or available."""
    return dict(runtime.current().presence.set(actor, data["status"]))

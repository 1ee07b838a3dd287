"""What clients may send about presence over a socket."""

from __future__ import annotations

from typing import Any

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import CUSTOMER, PARTNERS
from metaia.core.errors import Forbidden, NotFound
from metaia.presence import policy
from metaia.presence import service as presence_service
from metaia.presence.publish import EVERY_PARTNER, room
from metaia.presence.schemas import FollowedPartner, LeftPartnerRoom, PartnerRoom, PresenceOut, SetPresence
from metaia.realtime import inbound
from metaia.realtime.clients.connections import Connection
from metaia.realtime.gateways import requested_rooms
from metaia.users import queries as user_queries


def follow_every_partner(connection: Connection) -> None:
    """Let a customer's new connection receive the statuses of all partners."""
    if connection.actor.role == CUSTOMER:
        connection.join(EVERY_PARTNER)


def _status(data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    partner_id = data["partner_id"]
    status = presence_service.current().of_partner(partner_id)
    return "tailor_status_update", {"partnerId": partner_id, "status": status}


@inbound.on(
    "join_partner_room",
    PartnerRoom,
    "Follow a partner's status: customers and staff.",
    returns=FollowedPartner,
    changes=False,
    state=_status,
)
def join_partner_room(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Let the client follow one partner instead of all of them, and return the partner's status."""
    partner_id = data["partner_id"]
    if not policy.may_follow(actor, partner_id):
        raise Forbidden
    if user_queries.active_with_role(partner_id, PARTNERS) is None:
        raise NotFound("There is no such partner.")
    with requested_rooms.all_or_none():
        requested_rooms.join(room(partner_id))
        status = presence_service.current().of_partner(
            partner_id
        )  # read after joining, or a change in between would be missed
    requested_rooms.leave(EVERY_PARTNER)
    return {"partnerId": partner_id, "room": room(partner_id), "status": status}


@inbound.on(
    "leave_partner_room", PartnerRoom, "Stop following a partner.", returns=LeftPartnerRoom, changes=False
)
def leave_partner_room(_: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Let the client leave the room. A room that the client is not in is no error."""
    requested_rooms.leave(room(data["partner_id"]))
    return {"partnerId": data["partner_id"], "room": room(data["partner_id"])}


@inbound.on(
    "presence:set",
    SetPresence,
    "Set one's own status to busy, or to online again: partners.",
    returns=PresenceOut,
)
def set_presence(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Set a partner's own status."""
    return dict(presence_service.current().set(actor, data["status"]))

"""The events of profiles: one between METAIA's processes, and one for clients, which is ephemeral."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Schema
from metaia.realtime.catalogue import EphemeralEvent, EventType
from metaia.shops.publish import CHANGED
from metaia.shops.schemas import AVAILABILITIES


class PartnerChanged(Schema):
    """`partner:changed`: what is true at the change. The partner's presence may change it later."""

    partner_id = fields.UUID(required=True)
    availability = fields.String(required=True, validate=validate.OneOf(AVAILABILITIES))
    accepts_orders = fields.Boolean(required=True)
    opens_at = fields.AwareDateTime(required=True, allow_none=True)
    paused_until = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


EVENTS = (
    EventType(
        "partner.changed",
        None,
        PartnerChanged,
        "The profile, the hours or the state of a partner has changed.",
        "every process, to inform the clients that look at the partner",
    ),
    EphemeralEvent(
        CHANGED,
        PartnerChanged,
        "The profile, the hours or the state of a partner has changed; at most once a second for each partner.",
        "clients that have joined the partner's room, and the partner's own",
    ),
)

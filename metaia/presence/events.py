"""Presence's events. They are ephemeral, because no stored state depends on them."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.access.permissions import ROLES
from metaia.core.http.fields import Schema
from metaia.realtime.catalogue import EphemeralEvent


class StatusChange(Schema):
    """`user:status_change`."""

    user_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(sorted(ROLES)))
    status = fields.String(required=True, validate=validate.OneOf(["online", "offline"]))


class PartnerStatus(Schema):
    """`tailor_status_update`."""

    partner_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["online", "offline", "busy"]))


EVENTS = (
    EphemeralEvent(
        "user:status_change",
        StatusChange,
        "A user is online or offline.",
        "staff, and screens that show a conversation with the user",
    ),
    EphemeralEvent(
        "tailor_status_update",
        PartnerStatus,
        "A partner is online, offline or busy.",
        "customers (once they join partners' rooms: of those, and of orders they wait for), the partner, and staff",
    ),
)

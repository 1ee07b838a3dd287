"""Requests and answers about presence."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.access.actor import ROLES
from metaia.core.http.fields import Id, Schema, Text
from metaia.core.http.pagination import PageQuery
from metaia.core.http.views import Meta, envelope

_role = validate.OneOf(sorted(ROLES))


class SetPresence(Schema):
    status = fields.String(required=True, validate=validate.OneOf(["online", "busy"]))


class PresenceQuery(PageQuery):
    role = fields.String(load_default=None, validate=_role)
    cursor = fields.String(
        load_default=None,
        validate=validate.Regexp(r"[a-z_]{1,20} [0-9a-f-]{36}\Z"),
        metadata={"pattern": "^[a-z_]{1,20} [0-9a-f-]{36}$"},  # in JavaScript's dialect
    )


class CouriersQuery(PageQuery):
    q = Text(100, load_default=None)


class PartnerRoom(Schema):
    partner_id = Id(required=True)


class LeftPartnerRoom(Schema):
    """The room that a client has left."""

    partner_id = fields.UUID(required=True)
    room = fields.String(required=True)


class FollowedPartner(LeftPartnerRoom):
    """The room that a client has joined, and the partner's present status."""

    status = fields.String(required=True, validate=validate.OneOf(["online", "offline", "busy"]))


class PresenceOut(Schema):
    """An online or busy user."""

    user_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=_role)
    status = fields.String(required=True, validate=validate.OneOf(["online", "busy"]))


class CourierOut(Schema):
    """A courier that an order can be assigned to; `status` is null while presence is unknown."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    status = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(["online", "offline", "busy", None])
    )


_presence = fields.Nested(PresenceOut, required=True)
OnePresence = envelope("OnePresence", presence=_presence)
ManyPresences = envelope("ManyPresences", meta=Meta, presences=fields.List(_presence, required=True))
ManyCouriers = envelope(
    "ManyCouriers", meta=Meta, couriers=fields.List(fields.Nested(CourierOut, required=True), required=True)
)

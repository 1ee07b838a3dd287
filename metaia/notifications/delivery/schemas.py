"""Schemas of statistics on deliveries."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.fields import Schema


class NotificationFunnel(Schema):
    """Notifications, each counted once, whatever the number of its channels.

    `waiting`, `sent` (accepted by a provider), `delivered`, `failed`, `suppressed` and `cancelled` refer to the channel
    outside the app that got furthest. `seen` and `clicked` refer to all channels.
    """

    recipients = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    sent = fields.Integer(required=True)
    delivered = fields.Integer(required=True)
    seen = fields.Integer(required=True)
    clicked = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    suppressed = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)


FUNNEL = fields.Nested(NotificationFunnel, required=True)

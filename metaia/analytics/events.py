"""The event of analytics: figures have changed. It is ephemeral, because clients fetch the figures."""

from __future__ import annotations

from marshmallow import fields

from metaia.analytics.policy import TICK
from metaia.core.http.fields import Schema
from metaia.realtime.catalogue import EphemeralEvent


class AnalyticsTick(Schema):
    """`analytics:tick`."""

    position = fields.Integer(required=True, metadata={"description": "of the log, up to which figures go"})
    at = fields.AwareDateTime(required=True)
    changed = fields.List(fields.String(), required=True, metadata={"description": "sets with other figures"})


EVENTS = (
    EphemeralEvent(
        TICK, AnalyticsTick, "Figures have changed; at most once in 5 seconds.", "admins and super admins"
    ),
)

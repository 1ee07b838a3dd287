"""The event of catalogues, which only METAIA's own processes receive."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.fields import Schema
from metaia.realtime.catalogue import EventType


class MenuChanged(Schema):
    """The menu of a partner has changed; without products, any part of it."""

    partner_id = fields.UUID(required=True)
    menu_version = fields.Integer(required=True)
    product_ids = fields.List(fields.UUID(), required=True)


EVENTS = (
    EventType(
        "menu.changed",
        None,
        MenuChanged,
        "The menu of a partner has changed.",
        "every process, to inform the clients that look at the partner",
    ),
)

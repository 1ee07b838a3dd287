"""The event of menus. It is ephemeral: a client that missed it reads the menu again."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.fields import Schema
from metaia.products.menu.publish import MENU_CHANGED
from metaia.realtime.catalogue import EphemeralEvent


class MenuHasChanged(Schema):
    """`menu:changed`. Without products, any part of the menu may have changed."""

    partner_id = fields.UUID(required=True)
    menu_version = fields.Integer(required=True)
    product_ids = fields.List(fields.UUID(), required=True)


EVENTS = (
    EphemeralEvent(
        MENU_CHANGED,
        MenuHasChanged,
        "The menu of a partner has changed; at most once a second for each partner.",
        "clients that have joined the partner's room, and the partner",
    ),
)

"""The time of arrival in answers and events about orders."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.fields import Schema


class OrderEtaOut(Schema):
    """When an order arrives: probably `at`, and between `lowAt` and `highAt`; of a pickup, when it is ready.

    It changes with the actions on the order, not with the position of its courier: `delivery:eta` follows that.
    """

    at = fields.AwareDateTime(required=True)
    low_at = fields.AwareDateTime(required=True)
    high_at = fields.AwareDateTime(required=True)


def eta() -> fields.Nested:
    """Return the field of an order for its time of arrival."""
    about = "null if a place is not known, without a profile of the partner, and once the order has arrived or ended"
    return fields.Nested(
        OrderEtaOut, required=True, allow_none=True, metadata={"description": f"{about}; see docs/orders"}
    )

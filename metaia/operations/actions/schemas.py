"""The filters that choose items, the parameters of actions, and the result of an item."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from metaia.core.access.permissions import ROLES
from metaia.core.http.fields import Id, Moment, Schema, Text, camel
from metaia.core.openapi.answer_fields import OpenObject
from metaia.operations.state import ITEM_STATES
from metaia.orders.payment.schemas import METHOD, STATUS
from metaia.orders.schemas import STATUSES
from metaia.orders.state import REJECT_REASONS

VALUES = "what the action has changed, or would change"


def _several(of: fields.Field[Any]) -> fields.List[Any]:
    return fields.List(of, validate=validate.Length(min=1, max=50))


class _Filter(Schema):
    """The filters of a list, or `{"all": true}`. An empty one is 422: a lost filter must not mean all rows."""

    all = fields.Boolean(truthy={True}, falsy=set(), metadata={"description": "all rows: no other filter"})

    @pre_load
    def refuse_blank(self, data: Any, **_: Any) -> Any:
        """Refuse empty values: they could mean all rows, or none."""
        if not hasattr(data, "items"):
            return data
        blank = [name for name, value in data.items() if isinstance(value, str) and not value.strip()]
        if blank:
            raise ValidationError(
                {camel(name): ["Must not be empty: leave it out instead."] for name in blank}
            )
        return data

    @validates_schema
    def require_some(self, data: dict[str, Any], **_: Any) -> None:
        """Require a filter, or `all` alone."""
        if not data:
            raise ValidationError('Name a filter, or write {"all": true} for all rows.')
        if "all" in data and len(data) > 1:
            raise ValidationError("Give either all or other filters.", "all")


class OrderFilter(_Filter):
    """The filters of `GET /api/orders`; lists are JSON arrays."""

    status = _several(fields.String(validate=validate.OneOf(STATUSES)))
    partner_id = Id()
    customer_id = Id()
    delivery_partner_id = Id()
    payment_method = _several(fields.String(validate=METHOD))
    payment_status = _several(fields.String(validate=STATUS))
    created_from = Moment()
    created_to = Moment()
    updated_since = Moment()
    q = Text(100)


class UserFilter(_Filter):
    """The filters of `GET /api/admin/users`."""

    q = Text(100)
    role = fields.String(validate=validate.OneOf(sorted(ROLES)))
    active = fields.Boolean(truthy={True}, falsy={False})


class OrderParameters(Schema):
    message = Text(1000, lines=True, metadata={"description": "to the parties of the orders"})
    reject_reason = fields.String(validate=validate.OneOf(REJECT_REASONS))
    delivery_partner_id = Id()


class UserParameters(Schema):
    title = Text(200)
    message = Text(1000, lines=True)


class ItemErrorOut(Schema):
    code = fields.String(required=True)
    message = fields.String(required=True)


class ItemResultOut(Schema):
    """One item. `ok` is null as long as it waits, and if it was cancelled."""

    id = fields.UUID(required=True)
    title = fields.String(required=True, allow_none=True, metadata={"description": "order number, or name"})
    ok = fields.Boolean(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(ITEM_STATES))
    error = fields.Nested(ItemErrorOut, required=True, allow_none=True)
    before = OpenObject("BulkValues", VALUES, required=True, allow_none=True)
    after = OpenObject("BulkValues", VALUES, required=True, allow_none=True)

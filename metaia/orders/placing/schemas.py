"""The body of a new order, and of its quote."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load, validate, validates_schema

from metaia.core.http.fields import Amount, Currency, Id, Moment, Schema, Text
from metaia.orders.charges.schemas import FULFILMENT
from metaia.orders.fields import CustomerInfoIn, Ignored, ItemIn, OrderDestinationIn
from metaia.orders.payment.schemas import payment_method
from metaia.products.pricing.cart import PICKUP

MOST_MODIFIERS = 1_000  # of one order: to load ten times as many takes most of a second


def _shown(description: str, **limits: Any) -> Amount:
    return Amount(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=0, **limits),
        metadata={"description": description},
    )


class Create(Schema):
    items = fields.List(fields.Nested(ItemIn), required=True, validate=validate.Length(min=1, max=100))
    partner_id = Id(load_default=None, allow_none=True)
    tailor = Id(allow_none=True, metadata={"description": "another name of partnerId"})
    customer_id = Id(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "partners and admins: the customer, with an account, of an order at the counter; without it "
            "customerInfo needs a name. Customers: left out"
        },
    )
    customer_info = fields.Nested(CustomerInfoIn, load_default=dict)
    customer_name = Text(120, allow_none=True, metadata={"description": "used if customerInfo has no name"})
    notes = Text(2000, lines=True, load_default=None, allow_none=True)
    currency = Currency(
        load_default=None,
        allow_none=False,
        metadata={"description": "without it: that of the shop for its products, else DEFAULT_CURRENCY"},
    )
    total = _shown("what the app has shown; 409 `total_differs` if the server computes another")
    order_number = Ignored()
    payment_method = payment_method()
    fulfilment = fields.String(
        validate=FULFILMENT,
        metadata={"description": "without it: delivery if there is an address, else pickup"},
    )
    destination = fields.Nested(OrderDestinationIn)
    address_id = Id(metadata={"description": "one of your own addresses, as the destination"})
    scheduled_for = Moment(
        metadata={"description": "from 15 minutes after the earliest time, up to 7 days ahead, within hours"}
    )
    coupon = Text(40, shortest=2, allow_none=True)
    tip = _shown("for the delivery, in the currency of the order", max=10**9)
    quote_id = fields.String(
        validate=validate.Length(min=1, max=2000),
        metadata={"description": "of a quote: 409 `price_changed` if the result is another one now"},
    )
    expected_total = _shown("what the app has shown; 409 `price_changed` if it is another one now")

    @pre_load
    def few_modifiers(self, data: Any, **_: Any) -> Any:
        """Count the modifiers of all items before they are loaded."""
        items = data.get("items") if isinstance(data, dict) else None
        listed = items if isinstance(items, list) else []
        lists = [each.get("modifiers") for each in listed if isinstance(each, dict)]
        if sum(len(each) for each in lists if isinstance(each, list)) > MOST_MODIFIERS:
            raise ValidationError(f"At most {MOST_MODIFIERS:,} modifiers.", "items")
        return data

    @validates_schema
    def one_destination(self, data: dict[str, Any], **_: Any) -> None:
        """The destination is stated, or is an address that is kept; a pickup needs none."""
        given = [name for name in ("destination", "address_id") if name in data]
        if len(given) > 1 or (given and data.get("fulfilment") == PICKUP):
            raise ValidationError("Give destination or addressId, and only for a delivery.", given[0])

    @validates_schema
    def one_partner(self, data: dict[str, Any], **_: Any) -> None:
        """Metaia's app sends `tailor`, the others `partnerId`."""
        if data.get("tailor") and data.get("partner_id") and data["tailor"] != data["partner_id"]:
            raise ValidationError("Differs from partnerId.", "tailor")

    @post_load
    def rename(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Use our names for the values of the apps, and drop what is not used."""
        tailor, name, _number = (data.pop(key, None) for key in ("tailor", "customer_name", "order_number"))
        info = {key: value for key, value in data["customer_info"].items() if key != "email"}
        data["customer_info"] = info if "name" in info or name is None else info | {"name": name}
        return data | {"partner_id": data["partner_id"] or tailor}


LARGEST_ORDER = 2**20  # bytes of a body: 100 items with every text at its longest, escaped
EXAMPLE = {"items": [{"name": "Linen shirt", "quantity": 2, "price": 1450}], "notes": "By Friday, please."}

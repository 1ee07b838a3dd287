"""The payment in answers and events about orders."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.errors import declare
from metaia.core.http.fields import MoneyOut, Schema
from metaia.finance.credit import service as credit_service  # noqa: F401 - it declares codes of a 409
from metaia.orders.payment.state import METHODS, STATUSES

declare({"payment_required": "An online order must be paid before its partner can accept or make it."})
METHOD, STATUS = validate.OneOf(METHODS), validate.OneOf(STATUSES)


def payment_method() -> fields.String:
    """Return the field of an order's body for the way in which it will be paid."""
    return fields.String(
        load_default=None,
        allow_none=False,
        validate=METHOD,
        metadata={
            "description": "none: settled elsewhere; online: its partner can take it once it is paid; cod: in cash, on "
            "delivery; credit: on the customer's account. Without it: the setting DEFAULT_PAYMENT_METHOD. At the "
            "counter: none or cod; of admins for a customer with an account: credit too"
        },
    )


class OrderPaymentOut(Schema):
    """How an order is paid, and how far it is."""

    method = fields.String(
        required=True,
        validate=METHOD,
        metadata={
            "description": "none: settled elsewhere; cod: in cash, on delivery; credit: on the customer's account"
        },
    )
    status = fields.String(required=True, validate=STATUS)
    due = MoneyOut(
        required=True, metadata={"description": "what the customer has still to pay for this order"}
    )
    paid = MoneyOut(required=True, metadata={"description": "what has arrived, before refunds"})
    refunded = MoneyOut(
        required=True, metadata={"description": "what was given back; requested refunds are not in it"}
    )
    disputed = MoneyOut(required=True, metadata={"description": "what the customer's bank has asked back"})
    currency = fields.String(required=True)


class CreditLeft(Schema):
    """The `details` of a 409 `credit_insufficient`: what the customer could still order on credit."""

    available = MoneyOut(required=True)
    currency = fields.String(required=True)

"""Queries, bodies and answers of payments."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import Amount, Currency, Id, Moment, MoneyOut, Schema, Text, Version, camel
from metaia.core.http.pagination import Filters, PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas
from metaia.payments.policy import MACHINE
from metaia.payments.queries import SORTABLE
from metaia.payments.state import STATUSES
from metaia.payments.trail.schemas import PaymentFactOut, PaymentPostingOut
from metaia.providers.payments.registry import FACTORIES

PROVIDERS = tuple(FACTORIES)
REASONS = ("not_configured", "currency_not_supported", "amount_not_payable")
_status = validate.OneOf(STATUSES)
_provider = validate.OneOf(PROVIDERS)


class CreditSettlement(Schema):
    amount = Amount(required=True, validate=validate.Range(min=0, min_inclusive=False, max=10**13))
    currency = Currency(required=True)


class OpenPayment(Schema):
    """A payment to open: of an order, of a booking, or of what the customer owes on credit."""

    order_id = Id()
    booking_id = Id()
    credit_settlement = fields.Nested(CreditSettlement)
    provider = fields.String(validate=_provider, load_default=None)
    return_url = fields.URL(
        schemes={"http", "https"}, require_tld=False, load_default=None, validate=validate.Length(max=500),
        metadata={"description": "page that the demo provider leads back to"},
    )  # fmt: skip

    @validates_schema
    def one_purpose(self, data: Any, **_: Any) -> None:
        """Require one purpose."""
        if len(data.keys() & {"order_id", "booking_id", "credit_settlement"}) != 1:
            raise ValidationError("Send one of orderId, bookingId and creditSettlement.", "orderId")


EXAMPLE = {"orderId": "01a1f86b-752e-753f-ab3a-936f1e472418", "provider": "demo"}


class ChangePayment(Schema):
    expected_version = Version(load_default=None)


class CapturePayment(ChangePayment):
    amount = Amount(load_default=None, metadata={"description": "by default all that is authorized"})


class VerifyPayment(Schema):
    """What Razorpay's checkout returns, or the id of a payment at any provider."""

    payment_id = Id()
    payment_intent = Text(60, metadata={"description": "accepted for Stripe's clients; not needed"})
    razorpay_order_id = Text(60)
    razorpay_payment_id = Text(60)
    razorpay_signature = Text(200)

    @validates_schema
    def complete(self, data: Any, **_: Any) -> None:
        """Require one of both forms, as a whole."""
        checkout = [f"razorpay_{name}" for name in ("order_id", "payment_id", "signature")]
        missing = [name for name in checkout if name not in data]
        if "payment_id" in data and len(missing) == len(checkout):
            return
        if "payment_id" in data or len(missing) == len(checkout):
            raise ValidationError("Send paymentId, or the three fields of Razorpay's checkout.")
        if missing:
            raise ValidationError({camel(name): ["Missing data for required field."] for name in missing})


class PaymentsQuery(PageQuery):
    status = fields.String(validate=_status)
    provider = fields.String(validate=validate.Length(max=20))
    purpose = fields.String(
        validate=validate.Length(max=20), metadata={"description": "its type, such as order"}
    )
    order_id = Id()
    payer_id = Id()
    from_ = Moment(data_key="from")
    to = Moment()
    q = Text(
        60,
        metadata={
            "description": "an id: of the payment, of its order, or the provider's of it or of an attempt"
        },
    )
    sort = sort_field(list(SORTABLE), "-createdAt")


class PaymentMethodsQuery(Filters):
    order_id = Id()
    booking_id = Id()

    @validates_schema
    def one_purpose(self, data: Any, **_: Any) -> None:
        """Require one purpose."""
        if len(data.keys() & {"order_id", "booking_id"}) != 1:
            raise ValidationError("Send either orderId or bookingId.", "orderId")


class PaymentAsOf(Filters):
    as_of = Moment(load_default=None)


class PaymentPurposeOut(Schema):
    type = fields.String(required=True)
    id = fields.String(required=True)


class PaymentFailureOut(Schema):
    code = fields.String(required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)


class PaymentOut(Schema):
    """A payment. Its status is a function of what its provider has stated; a failure is never final."""

    id = fields.UUID(required=True)
    purpose = fields.Nested(PaymentPurposeOut, required=True, allow_none=True)
    order_id = fields.UUID(required=True, allow_none=True)
    deal_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "of the order or booking that it is for"}
    )
    payer_id = fields.UUID(required=True, allow_none=True, metadata={"description": "null for partners"})
    provider = fields.String(required=True)
    reference = fields.String(required=True, allow_none=True, metadata={"description": "the provider's id"})
    method = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=_status)
    amount = MoneyOut(required=True)
    captured = MoneyOut(required=True)
    refunded = MoneyOut(required=True)
    refunding = MoneyOut(required=True, metadata={"description": "requested, and not processed yet"})
    disputed = MoneyOut(required=True)
    currency = fields.String(required=True)
    failure = fields.Nested(
        PaymentFailureOut, required=True, allow_none=True, metadata={"description": "null for partners"}
    )
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(MACHINE.actions)), required=True)


class ToPay(Schema):
    """What the client needs, by provider.

    razorpay: `keyId orderId amount currency name prefill`; stripe: `publishableKey clientSecret`; payu: a form to post,
    `action fields`; demo: `url`. `amount` is in the provider's unit.
    """

    key_id = fields.String()
    order_id = fields.String()
    amount = fields.Integer()
    currency = fields.String()
    name = fields.String()
    prefill = fields.Dict(keys=fields.String(), values=fields.String())
    publishable_key = fields.String()
    client_secret = fields.String(allow_none=True)
    action = fields.String()
    fields_ = fields.Dict(keys=fields.String(), values=fields.String(), data_key="fields")
    url = fields.String()


class PaymentMethodOut(Schema):
    method = fields.String(required=True)
    provider = fields.String(required=True, allow_none=True)
    available = fields.Boolean(required=True)
    reason = fields.String(
        required=True, allow_none=True, metadata={"description": f"among others {', '.join(REASONS)}"}
    )


class PaymentConflict(Schema):
    status = fields.String(required=True, validate=_status)
    version = fields.Integer(required=True)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(MACHINE.actions)), required=True)


_one = fields.Nested(PaymentOut, required=True)
One = envelope("OnePayment", payment=_one)
Opened = envelope("OpenedPayment", payment=_one, to_pay=fields.Nested(ToPay, required=True))
Many = envelope("Payments", meta=Meta, payments=fields.List(fields.Nested(PaymentOut), required=True))
Methods = envelope("PaymentMethods", methods=fields.List(fields.Nested(PaymentMethodOut), required=True))
Timeline = envelope(
    "PaymentTimeline", payment=_one, timeline=fields.List(fields.Nested(PaymentFactOut), required=True),
    postings=fields.List(fields.Nested(PaymentPostingOut), required=True),
)  # fmt: skip
Conflict = error_schemas.conflict(PaymentConflict)

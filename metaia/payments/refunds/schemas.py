"""Queries, bodies and answers of refunds."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.errors import declare
from metaia.core.http.fields import Amount, Id, Moment, MoneyOut, Schema, Text, Version
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.money import MAX_MINOR
from metaia.payments.refunds.queries import SORTABLE
from metaia.payments.refunds.state import CANCEL, MACHINE, RETRY

REASONS = ("requested_by_customer", "duplicate", "fraudulent", "order_cancelled", "booking_ended", "other")
declare(
    {
        "not_refundable": "Nothing of this payment can be refunded.",
        "refund_exceeds": "The payment has less left: `details` has `available` and its `currency`.",
        "disputed": "A dispute of this payment is open: its decision moves the money.",
        "amount_not_payable": "The provider cannot be sent this amount: `details` has the next ones that can.",
    }
)
_status = validate.OneOf(MACHINE.states)
_action = validate.OneOf((CANCEL, RETRY))


class RequestRefund(Schema):
    amount = Amount(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=0, min_inclusive=False, max=MAX_MINOR),
        metadata={
            "description": "in major units of the payment's currency; without it, all that this one has left"
        },
    )
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    note = Text(300, load_default=None, allow_none=True)


EXAMPLE = {"amount": 12.5, "reason": "requested_by_customer", "note": "One button was missing."}


class ChangeRefund(Schema):
    expected_version = Version(load_default=None)


class RefundsQuery(PageQuery):
    payment_id = Id()
    order_id = Id()
    request_id = Id()
    status = fields.String(validate=_status)
    reason = fields.String(validate=validate.OneOf(REASONS))
    provider = Text(20)
    from_ = Moment(data_key="from")
    to = Moment()
    sort = sort_field(list(SORTABLE), "-createdAt")


class RefundOut(Schema):
    """A refund of one attempt of a payment. The parts of one request have the same `requestId`.

    `sending` is on its way to the provider, `pending` is accepted by it. `failed` money stays owed to the customer:
    `retry` requests a new refund, and `retriedBy` is its id. Only staff get `reference`, `failure` and `requestedBy`;
    payers get no `note`.
    """

    id = fields.UUID(required=True)
    payment_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    request_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "null if it was made at the provider"}
    )
    provider = fields.String(required=True)
    reference = fields.String(
        required=True, allow_none=True, metadata={"description": "the provider's id of the refund"}
    )
    amount = MoneyOut(required=True)
    currency = fields.String(required=True)
    status = fields.String(required=True, validate=_status)
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    note = fields.String(required=True, allow_none=True)
    failure = fields.String(required=True, allow_none=True)
    requested_by = fields.UUID(required=True, allow_none=True)
    retried_by = fields.UUID(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    allowed_actions = fields.List(fields.String(validate=_action), required=True)


_one, _parts = fields.Nested(RefundOut, required=True), fields.List(fields.Nested(RefundOut), required=True)
One = envelope("OneRefund", refund=_one)
Requested = envelope("RequestedRefund", refund=_one, parts=_parts)
Many = envelope("Refunds", meta=Meta, refunds=_parts)

"""Queries, bodies and answers of disputes."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.errors import declare
from metaia.core.http.fields import Id, Moment, MoneyOut, Schema, Text, Version
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.payments.disputes.queries import SORTABLE
from metaia.payments.disputes.state import ACCEPT, CONTEST, MACHINE

declare({"answer_at_provider": "This provider takes answers to disputes in its dashboard only."})
_status = validate.OneOf(MACHINE.states)
_answer = validate.OneOf((ACCEPT, CONTEST))


class AcceptDispute(Schema):
    expected_version = Version(load_default=None)


class ContestDispute(Schema):
    expected_version = Version(load_default=None)
    summary = Text(
        1000, required=True, lines=True, metadata={"description": "what the provider passes on to the bank"}
    )
    upload_ids = fields.List(
        Id(),
        load_default=list,
        validate=validate.Length(max=10),
        metadata={
            "description": "documents and images of one's own; Razorpay requires one, Stripe takes the first"
        },
    )


class DisputesQuery(PageQuery):
    payment_id = Id()
    order_id = Id()
    status = fields.String(validate=_status)
    provider = Text(20)
    from_ = Moment(data_key="from")
    to = Moment()
    sort = sort_field(list(SORTABLE), "-createdAt")


class DisputeOut(Schema):
    """A dispute (chargeback) about a payment.

    `held` is what the partner cannot be paid out until the decision. `answer` is what an admin has decided; it is at
    the provider since `answeredAt`, else `error` is why not. Only staff get `reference`, `summary`, `answeredBy` and
    `error`.
    """

    id = fields.UUID(required=True)
    payment_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    provider = fields.String(required=True)
    reference = fields.String(
        required=True, allow_none=True, metadata={"description": "the provider's id of the dispute"}
    )
    amount = MoneyOut(required=True)
    currency = fields.String(required=True)
    status = fields.String(required=True, validate=_status)
    reason = fields.String(required=True, allow_none=True)
    refundable = fields.Boolean(required=True)
    held = MoneyOut(required=True)
    opened_at = fields.AwareDateTime(required=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True, validate=_answer)
    summary = fields.String(required=True, allow_none=True)
    answered_by = fields.UUID(required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    allowed_actions = fields.List(fields.String(validate=_answer), required=True)


One = envelope("OneDispute", dispute=fields.Nested(DisputeOut, required=True))
Many = envelope("Disputes", meta=Meta, disputes=fields.List(fields.Nested(DisputeOut), required=True))

"""Parts of bookings in bodies and answers, and the details of refusals."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.bookings.payment.state import STATUSES as PAYMENT_STATUSES
from metaia.bookings.slots import service as slots  # noqa: F401 - it declares codes of a 409
from metaia.bookings.state import CUSTOMER, PARTNER
from metaia.core.errors import declare
from metaia.core.http.contact_fields import Phone, PhoneE164
from metaia.core.http.fields import MoneyOut, Schema, Text

# All here, because the schemas of a 409 list the codes that are declared before them.
declare(
    {
        "already_booked": "This customer has a seat of this session already.",
        "hold_expired": "The time was kept for so long, and is not any more: book it again.",
        "limit_reached": "There are as many of these as there may be.",
        "no_proposal": "No other time is proposed for this booking.",
        "too_early": "It is too early for this; `details.earliest` states from when on it is possible.",
        "too_late": "It is too late for this; `details.lockedFrom` states since when.",
    }
)


class BookingCustomerIn(Schema):
    name = Text(120)
    phone = Phone(allow_none=True)


class BookingPaymentOut(Schema):
    """What is paid for a booking, in major units of its currency. `due` is to be paid until `heldUntil`."""

    status = fields.String(required=True, validate=validate.OneOf(PAYMENT_STATUSES))
    payment_id = fields.UUID(required=True, allow_none=True)
    due = MoneyOut(required=True)
    paid = MoneyOut(required=True)
    refunded = MoneyOut(required=True)


class BookedServiceOut(Schema):
    """The service as it was booked."""

    name = fields.String(required=True)
    duration_minutes = fields.Integer(required=True)
    price = MoneyOut(required=True)
    currency = fields.String(required=True)


class BookingCustomerOut(Schema):
    name = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    phone_e164 = PhoneE164()


class ProposalOut(Schema):
    """Another time that one side has proposed. Both times are taken until the other side answers."""

    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    calendar_id = fields.UUID(required=True)
    by = fields.String(required=True, validate=validate.OneOf((CUSTOMER, PARTNER)))
    message = fields.String(required=True, allow_none=True)
    answer_by = fields.AwareDateTime(required=True)


class TermsOut(Schema):
    """When a customer can cancel: for nothing until `freeUntil`, not at all from `lockedFrom` on."""

    free_until = fields.AwareDateTime(required=True)
    locked_from = fields.AwareDateTime(required=True)
    fee_percent = fields.Integer(required=True)


class FreeStartOut(Schema):
    """A time that is free."""

    starts_at = fields.AwareDateTime(required=True)
    calendar_id = fields.UUID(required=True)


class SlotConflict(Schema):
    """The `details` of a 409 `slot_taken`: the next free times."""

    alternatives = fields.List(fields.Nested(FreeStartOut), required=True)


class SessionFull(Schema):
    """The `details` of a 409 `session_full`."""

    seats_left = fields.Integer(required=True)
    alternatives = fields.List(fields.Nested(FreeStartOut), required=True)


class TooLate(Schema):
    """The `details` of a 409 `too_late`: since when the booking cannot be cancelled or answered."""

    locked_from = fields.AwareDateTime(required=True)


class TooEarly(Schema):
    """The `details` of a 409 `too_early`: from when on the action is possible."""

    earliest = fields.AwareDateTime(required=True)


class CancellationCostOut(Schema):
    """What cancelling now costs its reader."""

    allowed = fields.Boolean(required=True)
    fee = MoneyOut(required=True)
    refund = MoneyOut(required=True)
    currency = fields.String(required=True)
    free_until = fields.AwareDateTime(required=True)
    locked_from = fields.AwareDateTime(required=True)

"""Bodies, queries and answers about deliveries."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.geo import VEHICLES
from metaia.core.http.fields import Id, MoneyOut, Schema
from metaia.core.http.pagination import Filters
from metaia.core.http.parts.places import PlaceOut, PointText
from metaia.core.http.views import envelope
from metaia.couriers.schemas import ShiftOut
from metaia.orders.charges.schemas import OrderDestinationOut
from metaia.orders.fields import CustomerInfoOut
from metaia.orders.proof.schemas import STATES, NeededProofOut
from metaia.orders.schemas import OrderOut

CLOSED = ("claimed", "cancelled", "withdrawn", "expired")
MODES = ("broadcast", "nearest")
ACTIONS = ("claim", "decline")


class PickupOut(Schema):
    """The shop of a delivery."""

    id = fields.UUID(required=True)
    business_name = fields.String(required=True)
    address = fields.Dict(required=True, allow_none=True)
    location = fields.Nested(PlaceOut, required=True, allow_none=True)


class DropoffOut(Schema):
    """Roughly where a delivery goes."""

    city = fields.String(required=True, allow_none=True)
    postal_code = fields.String(required=True, allow_none=True)
    location = fields.Nested(
        PlaceOut, required=True, allow_none=True, metadata={"description": "rounded to 0.01 degrees"}
    )


class SeenOut(PlaceOut):
    """Where a courier was, and when."""

    at = fields.AwareDateTime(required=True)


class CarrierOut(Schema):
    """The courier of a delivery, as customer, partner and staff see it. `position` is for staff that asked for it."""

    id = fields.UUID(required=True)
    first_name = fields.String(required=True)
    vehicle = fields.String(required=True, allow_none=True, validate=validate.OneOf(VEHICLES))
    position = fields.Nested(SeenOut, allow_none=True, metadata={"description": "of the last two minutes"})


class OpenDelivery(Schema):
    """A delivery without personal data, as all couriers see it."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    partner = fields.Nested(PickupOut, required=True, allow_none=True)
    dropoff = fields.Nested(DropoffOut, required=True)
    distance_km = fields.Float(
        required=True, allow_none=True, metadata={"description": "from shop to dropoff"}
    )
    pay = MoneyOut(required=True, metadata={"description": "the courier's share of the delivery fee"})
    tip = MoneyOut(required=True)
    currency = fields.String(required=True)
    cash_to_collect = MoneyOut(required=True)
    item_count = fields.Integer(required=True)
    proof_needed = fields.Nested(NeededProofOut, required=True)
    wanted_at = fields.AwareDateTime(required=True, allow_none=True)
    ready_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={
            "description": "when the shop has it ready, as far as that is known; of an event, as it was then"
        },
    )
    expires_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={
            "description": "until when one courier alone is asked; null: the offer stays until it is closed"
        },
    )


class CourierDeliveryOut(OpenDelivery):
    """A delivery as its viewer sees it. The last fields are there for its courier, its parties and staff only."""

    pickup_km = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "from the courier's last position to the shop"},
    )
    allowed_actions = fields.List(
        fields.String(validate=validate.OneOf(ACTIONS)),
        required=True,
        metadata={"description": "of the delivery; those of its order stand in the order"},
    )
    order_id = fields.UUID()
    order_number = fields.String()
    customer_info = fields.Nested(CustomerInfoOut)
    destination = fields.Nested(OrderDestinationOut, allow_none=True)
    notes = fields.String(allow_none=True)
    courier = fields.Nested(CarrierOut, allow_none=True)


class DeliveriesQuery(Filters):
    state = fields.String(load_default="open", validate=validate.OneOf(("open", "mine")))


class StaffQuery(Filters):
    state = fields.String(load_default="unclaimed", validate=validate.OneOf(("unclaimed", "claimed", "lost")))
    near = PointText(
        load_default=None, metadata={"description": "`lat,lng`: shops within 50 km, the nearest first"}
    )
    positions = fields.Boolean(
        load_default=False, metadata={"description": "with the positions of couriers; the audit log has it"}
    )


class OfferTo(Schema):
    """The new receivers of an offer: these couriers, or those of the rules of a mode."""

    courier_ids = fields.List(
        Id(), load_default=None, allow_none=True, validate=validate.Length(min=1, max=50)
    )
    mode = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(MODES))


class ClosedDelivery(Schema):
    """`delivery:closed`: it cannot be claimed any more."""

    id = fields.UUID(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(CLOSED))


class NearCourierOut(Schema):
    """A courier on shift that can get an order assigned."""

    id = fields.UUID(required=True)
    first_name = fields.String(required=True)
    vehicle = fields.String(required=True, validate=validate.OneOf(VEHICLES))
    distance_km = fields.Float(
        required=True, allow_none=True, metadata={"description": "to the shop, rounded to 0.5"}
    )
    active_jobs = fields.Integer(required=True)
    own = fields.Boolean(required=True, metadata={"description": "whether it is of the partner's own fleet"})


class NearQuery(Filters):
    order_id = Id(required=True)


_delivery = fields.Nested(CourierDeliveryOut, required=True)
OneDelivery = envelope("OneCourierDelivery", delivery=_delivery)
ManyDeliveries = envelope("ManyCourierDeliveries", deliveries=fields.List(_delivery, required=True))
Claimed = envelope("ClaimedDelivery", delivery=_delivery, order=fields.Nested(OrderOut, required=True))
ShiftAndDeliveries = envelope(
    "ShiftAndDeliveries",
    shift=fields.Nested(ShiftOut, required=True),
    deliveries=fields.List(_delivery, required=True),
)
NearCouriers = envelope("NearCouriers", couriers=fields.List(fields.Nested(NearCourierOut), required=True))

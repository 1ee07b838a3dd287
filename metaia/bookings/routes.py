"""Routes of bookings, for customers, partners and staff; and the registration of this domain."""

from __future__ import annotations

from functools import partial
from types import ModuleType

from flask import Flask, Response
from marshmallow import Schema as MarshmallowSchema

from metaia.bookings import events, jobs, presenters, queries, schemas, service, sockets
from metaia.bookings.analytics import routes as analytics_routes
from metaia.bookings.availability import routes as availability_routes
from metaia.bookings.calendars import routes as calendar_routes
from metaia.bookings.chat import routes as chat_routes
from metaia.bookings.checking import commands as check_commands
from metaia.bookings.create import create as create_booking
from metaia.bookings.customers import queries as customer_queries
from metaia.bookings.feeds import routes as feed_routes
from metaia.bookings.holds import jobs as hold_jobs
from metaia.bookings.holds.following import Bookings
from metaia.bookings.notices import routes as notice_routes
from metaia.bookings.personal_data import routes as privacy_routes
from metaia.bookings.policy import BOOKINGS_READ
from metaia.bookings.queries import Booking
from metaia.bookings.reminders import routes as reminder_routes
from metaia.bookings.rezoning import routes as rezoning_routes
from metaia.bookings.services import routes as service_routes
from metaia.bookings.slots import routes as slot_routes
from metaia.bookings.waiting import routes as waiting_routes
from metaia.chat import contexts as chat_contexts
from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.errors import TooMany
from metaia.core.http import etags
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.caching import UNCHANGED
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer, answer_if_changed, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.payments.purposes import registry as purpose_types
from metaia.realtime import catalogue, inbound

blp = Blueprint("bookings", __name__, url_prefix="/api/bookings", description="Bookings")
admin = Blueprint(
    "admin_bookings", __name__, url_prefix="/api/admin/bookings", description="Bookings, for staff"
)
ACTIONS: dict[str, tuple[type[MarshmallowSchema], str]] = {
    "confirm": (schemas.ChangeBooking, "Accept a request."),
    "decline": (schemas.DeclineBooking, "Turn a request down."),
    "cancel": (schemas.CancelBooking, "Cancel a booking; `GET …/cancellation` has what it costs."),
    "move": (schemas.MoveBooking, "Move a booking to another time, or propose that time to the other side."),
    "accept-move": (schemas.ChangeBooking, "Accept the time that the other side has proposed."),
    "decline-move": (schemas.ChangeBooking, "Decline the time that the other side has proposed."),
    "check-in": (schemas.ChangeBooking, "State that the customer has arrived."),
    "complete": (schemas.ChangeBooking, "State that a booking has taken place."),
    "no-show": (schemas.ChangeBooking, "State that the customer has not come."),
    "reopen": (schemas.ChangeBooking, "State that the customer has come after all."),
}


@blp.endpoint(
    "POST",
    "",
    body=schemas.Book,
    example=schemas.EXAMPLE,
    returns=schemas.Booked,
    status=201,
    limit=WRITE,
    idempotent=True,
    conflict=schemas.Refused,
    fails=(TooMany,),
)
def create(body: Json) -> Response:
    """Book a service at a time that `GET /api/bookings/slots` offers."""
    booking, warnings = create_booking(current(), body)
    shown = presenters.booking(booking, current())
    response = answer(status=201, booking=shown, meta={"warnings": warnings})
    response.set_etag(str(booking.version))
    return response


@blp.endpoint("GET", "", query=schemas.BookingsQuery, returns=schemas.ManyBookings, limit=READ)
def get_many(query: Json) -> Response:
    """The bookings one takes part in; staff see all."""
    return _listed(query)


@admin.endpoint(
    "GET",
    "",
    query=schemas.BookingsQuery,
    returns=schemas.ManyBookings,
    limit=READ,
    access=BOOKINGS_READ,
)
def get_all(query: Json) -> Response:
    """All bookings."""
    return _listed(query)


@blp.endpoint("GET", "/<id:booking_id>", returns=schemas.OneBooking, also_returns=UNCHANGED, limit=READ)
def get_one(booking_id: str) -> Response:
    """One booking."""
    booking = service.read(current(), booking_id)
    return answer_if_changed(booking.version, booking=presenters.booking(booking, current()))


@blp.endpoint("GET", "/<id:booking_id>/timeline", returns=schemas.BookingTimeline, limit=READ)
def get_timeline(booking_id: str) -> Response:
    """Everything that happened to a booking, with its times before and after each step."""
    booking, steps = service.read_timeline(current(), booking_id)
    shown = presenters.booking(booking, current())
    return answer(booking=shown, timeline=[presenters.step(each) for each in steps])


@blp.endpoint("GET", "/<id:booking_id>/cancellation", returns=schemas.OneCancellation, limit=READ)
def get_cancellation(booking_id: str) -> Response:
    """What cancelling now would cost the caller."""
    booking, cost = service.cancellation(current(), booking_id)
    return answer(cancellation=presenters.cancellation(booking, cost))


@blp.endpoint(
    "PUT",
    "/<id:booking_id>/status",
    body=schemas.SetBookingStatus,
    example={"status": "confirmed"},
    returns=schemas.OneBooking,
    limit=WRITE,
    idempotent=True,
    conflict=schemas.Conflict,
)
def set_status(body: Json, booking_id: str) -> Response:
    """Bring a booking into a status, by whichever action leads there."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.set_status(current(), booking_id, body["status"], body, version=version))


def _listed(query: Json) -> Response:
    actor = current()
    return listing("bookings", query, partial(queries.page, actor), partial(presenters.booking, actor=actor))


def _one(booking: Booking) -> Response:
    return answer_versioned(booking.version, booking=presenters.booking(booking, current()))


def _act(booking_id: str, action: str, body: Json, version: versions.Expected) -> Response:
    return _one(service.act(current(), booking_id, action, body, version=version))


register_actions(
    blp,
    "PATCH",
    "/<id:booking_id>",
    ACTIONS,
    _act,
    returns=schemas.OneBooking,
    conflict=schemas.Conflict,
    fails=(TooMany,),
)

# Each has `register(app, api)`.
FEATURES: tuple[ModuleType, ...] = (
    analytics_routes,
    calendar_routes,
    chat_routes,
    service_routes,
    slot_routes,
    feed_routes,
    notice_routes,
    privacy_routes,
    reminder_routes,
    rezoning_routes,
    waiting_routes,
)


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    inbound.register(app, sockets)
    job_registry.register(app, jobs)
    job_registry.register(app, hold_jobs)
    purpose_types.register(app, Bookings())
    relation = chat_contexts.Relation(customer_queries.between, is_order=True)
    chat_contexts.RELATIONS.register(app, "bookings", relation)
    for blueprint in (blp, admin):
        api.register_blueprint(blueprint)
    availability_routes.register(api)
    check_commands.register(app)
    for feature in FEATURES:
        feature.register(app, api)

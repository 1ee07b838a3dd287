"""Routes of calendars: one booking as a file, and the feed of a user behind a secret address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from metaia.bookings import service as booking_service
from metaia.bookings.feeds import calendars, schemas, service
from metaia.core.access.actor import current, forbid_impersonation
from metaia.core.errors import NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.caching import UNCHANGED
from metaia.core.http.endpoint import PUBLIC, READ, TEXT, WRITE
from metaia.core.http.views import answer
from metaia.users import service as user_service

ICALENDAR = "text/calendar"
PRIVATE = "private, no-cache"  # programs may keep it, and ask each time
blp = Blueprint(
    "booking_calendars", __name__, url_prefix="/api/bookings", description="Bookings in calendar programs"
)
public = Blueprint("calendar_feeds", __name__, url_prefix="/calendar", description="Feeds of bookings")


@blp.endpoint("POST", "/calendar-feed", returns=schemas.Created, status=201, limit=WRITE, secret=True)
def create_feed() -> Response:
    """Get the secret address of my feed, shown once; a new one ends the former one."""
    forbid_impersonation(current())
    return answer(status=201, url=service.create(current()))


@blp.endpoint("DELETE", "/calendar-feed", returns=schemas.Ended, limit=WRITE, fails=(NotFound,))
def end_feed() -> Response:
    """End the address of my feed."""
    service.remove(current())
    return answer()


@blp.endpoint(
    "GET",
    "/<id:booking_id>.ics",
    limit=READ,
    returns=TEXT,
    content_type=ICALENDAR,
    also_returns=UNCHANGED,
    fails=(NotFound,),
)
def get_one(booking_id: str) -> Response:
    """One booking as an iCalendar file, for its people."""
    booking = booking_service.read(current(), booking_id)
    response = _conditional(f"{calendars.FORMAT}-{booking.version}", lambda: service.single(booking))
    response.headers["Content-Disposition"] = f'attachment; filename="{booking.booking_number}.ics"'
    return response


@public.endpoint(
    "GET",
    "/<string:feed_token>.ics",
    limit=READ.limited_to("60 per minute"),
    access=PUBLIC,
    returns=TEXT,
    content_type=ICALENDAR,
    also_returns=UNCHANGED,
    fails=(NotFound,),
    secret=True,
)
def get_feed(feed_token: str) -> Response:
    """The feed of a user, for calendar programs: bookings of the last 30 and the next 365 days, at most 1000."""
    feed = service.read(feed_token)
    return _conditional(feed.etag, feed.content)


def _conditional(etag: str, content: Callable[[], bytes]) -> Response:
    """Return a calendar, or 304 without making it if the client has it."""
    response = Response(mimetype=ICALENDAR)
    response.headers["Cache-Control"] = PRIVATE
    response.set_etag(etag, weak=True)
    response.make_conditional(request)
    if response.status_code != UNCHANGED[0]:
        response.set_data(content())
    return response


def register(app: Flask, api: Any) -> None:
    """Register these routes, and the end of a feed when its user changes the password."""
    user_service.PASSWORD_CHANGED.register(app, "calendar_feeds", service.end)
    for blueprint in (blp, public):
        api.register_blueprint(blueprint)

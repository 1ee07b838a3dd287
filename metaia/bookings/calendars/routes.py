"""Routes of calendars."""

from __future__ import annotations

from flask import Flask, Response

from metaia.bookings.calendars import events, presenters, schemas, service
from metaia.bookings.calendars.queries import Calendar
from metaia.core.access.actor import current
from metaia.core.errors import NotFound, TooMany
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.realtime import catalogue
from metaia.users import service as user_service

blp = Blueprint("calendars", __name__, url_prefix="/api/calendars", description="Calendars of partners")


@blp.endpoint("GET", "", query=schemas.CalendarsQuery, returns=schemas.ManyCalendars, limit=READ)
def get_many(query: Json) -> Response:
    """Your calendars, the first one first; for admins those of a partner."""
    found = service.of_partner(current(), query.get("partner_id"))
    return answer(calendars=[presenters.calendar(each) for each in found])


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateCalendar,
    example={"name": "Chair 2", "timeZone": "Asia/Kolkata"},
    returns=schemas.OneCalendar,
    status=201,
    limit=WRITE,
    idempotent=True,
    fails=(NotFound, TooMany),
)
def create(body: Json) -> Response:
    """Add what can be busy: a person, a room. It has no hours yet."""
    return _one(service.create(current(), body), status=201)


@blp.endpoint(
    "PATCH",
    "/<id:calendar_id>",
    body=schemas.ChangeCalendar,
    example={"name": "Asha"},
    returns=schemas.OneCalendar,
    limit=WRITE,
    conflict=schemas.Conflict,
)
def change(body: Json, calendar_id: str) -> Response:
    """Change the name, time zone or state of a calendar. Its hours follow the new zone, its bookings do not move."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.change(current(), calendar_id, body, version))


def _one(calendar: Calendar, *, status: int = 200) -> Response:
    return answer_versioned(calendar.version, status=status, calendar=presenters.calendar(calendar))


def register(app: Flask, api: Api) -> None:
    """Register calendars with the application."""
    catalogue.register(app, *events.EVENTS)
    user_service.ROLE_HOOKS.register(app, "calendars", service.add_first)
    api.register_blueprint(blp)

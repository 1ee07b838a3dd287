"""Who is online, and saying that one is busy, over REST."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from metaia.core.access.actor import ROLES, current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.fields import Schema
from metaia.core.http.pagination import PageQuery
from metaia.core.http.views import Meta, answer, envelope
from metaia.realtime import runtime

blp = Blueprint("presence", __name__, url_prefix="/api/presence", description="Who is online")
_role = validate.OneOf(sorted(ROLES))


class SetPresence(Schema):
    status = fields.String(required=True, validate=validate.OneOf(["online", "busy"]))


class PresenceQuery(PageQuery):
    role = fields.String(load_default=None, validate=_role)
    cursor = fields.String(load_default=None, validate=validate.Regexp(r"[a-z_]{1,20} [0-9a-f-]{36}\Z"))


class PresenceOut(Schema):
    """Somebody who is there."""

    user_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=_role)
    status = fields.String(required=True, validate=validate.OneOf(["online", "busy"]))


_presence = fields.Nested(PresenceOut, required=True)
OnePresence = envelope("OnePresence", presence=_presence)
ManyPresences = envelope("ManyPresences", meta=Meta, presences=fields.List(_presence, required=True))


@blp.endpoint("GET", "", query=PresenceQuery, returns=ManyPresences, limit=READ)
def get_many(query: dict[str, Any]) -> Response:
    """Who is online or busy: staff see everybody, customers see partners, others themselves."""
    there, following = runtime.current().presence.page(current(), **query)
    return answer(presences=there, meta={"next_cursor": following})


@blp.endpoint("PUT", "", body=SetPresence, returns=OnePresence, limit=WRITE)
def set_own(body: dict[str, Any]) -> Response:
    """A partner says that they are busy, or online again."""
    return answer(presence=runtime.current().presence.set(current(), body["status"]))

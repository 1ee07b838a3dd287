"""Bodies and answers of the routes about sessions."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.fields import Schema
from metaia.core.http.views import envelope


class LogoutAll(Schema):
    others = fields.Boolean(load_default=False, metadata={"description": "all but this one"})


class Staff(Schema):
    """The impersonating member of staff. Name and role are null if that account no longer exists."""

    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    role = fields.String(required=True, allow_none=True)


class SessionOut(Schema):
    """One login on one device."""

    id = fields.UUID(required=True)
    device = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    current = fields.Boolean(required=True)
    impersonated_by = fields.Nested(Staff, required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    used_at = fields.AwareDateTime(required=True, metadata={"description": "login or last refresh"})


Sessions = envelope("Sessions", sessions=fields.List(fields.Nested(SessionOut), required=True))
Ended = envelope("SessionsEnded", ended=fields.Integer(required=True))
LoggedOut = envelope("LoggedOut")

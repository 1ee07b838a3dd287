"""Schemas of errors."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Moment, Schema
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.system.errors.queries import SORTABLE
from metaia.system.errors.state import STATES


class ErrorsQuery(PageQuery):
    state = fields.String(validate=validate.OneOf(STATES))
    since = Moment(metadata={"description": "only errors that were seen since then"})
    sort = sort_field(tuple(SORTABLE), "-lastSeen")


class ErrorOut(Schema):
    """An exception that processes have logged, without personal data."""

    fingerprint = fields.String(required=True)
    type = fields.String(required=True)
    message = fields.String(required=True, metadata={"description": "of the latest one; ids are `[id]`"})
    where = fields.String(required=True, metadata={"description": "module and innermost function of METAIA"})
    count = fields.Integer(required=True)
    users = fields.Integer(required=True, metadata={"description": "estimated number of affected users"})
    first_seen = fields.AwareDateTime(required=True)
    last_seen = fields.AwareDateTime(required=True)
    release = fields.String(required=True, metadata={"description": "of the latest one"})
    resolved_release = fields.String(required=True, allow_none=True)
    request_ids = fields.List(fields.String(), required=True, metadata={"description": "the latest five"})
    state = fields.String(required=True, validate=validate.OneOf(STATES))


class WholeErrorOut(ErrorOut):
    """An error with the stack of its latest occurrence: files, lines and functions, and no values."""

    stack = fields.String(required=True)


class ChangeError(Schema):
    state = fields.String(required=True, validate=validate.OneOf(STATES))


Many = envelope("ManyErrors", meta=Meta, errors=fields.List(fields.Nested(ErrorOut), required=True))
One = envelope("OneError", error=fields.Nested(WholeErrorOut, required=True))

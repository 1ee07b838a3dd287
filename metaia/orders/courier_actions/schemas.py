"""Bodies of the actions on the courier of an order."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Id, Text
from metaia.orders.schemas import Change
from metaia.orders.state import PROBLEMS


class Release(Change):
    reason = Text(200, load_default=None, allow_none=True)


class Unassign(Change):
    reason = Text(200, load_default=None, allow_none=True)


class ReportProblem(Change):
    reason = fields.String(load_default="other", validate=validate.OneOf(PROBLEMS))
    media_id = Id(load_default=None, allow_none=True, metadata={"examples": [None]})

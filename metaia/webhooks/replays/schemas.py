"""Schemas of replays, for staff."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import Id, Moment, Schema, Text
from metaia.core.http.views import envelope
from metaia.webhooks.schemas import STATES

MOST_IDS = 900
EXAMPLE = {"ids": ["01a1f86b-752e-753f-ab3a-936f1e472418"], "dryRun": True}


class Replay(Schema):
    """Which calls to process again: `ids`, or those of a `source` received from `from` until before `to`."""

    ids = fields.List(Id(), validate=validate.Length(min=1, max=MOST_IDS))
    source = Text(40)
    type = Text(60)
    state = fields.String(validate=validate.OneOf(STATES))
    from_ = Moment(data_key="from")
    to = Moment()
    dry_run = fields.Boolean(required=True)

    @validates_schema
    def either(self, data: Any, **_: Any) -> None:
        """Require ids, or a source with a time."""
        if "ids" in data and data.keys() - {"ids", "dry_run"}:
            raise ValidationError("Give either ids or a source with a time.", "ids")
        if "ids" not in data and not {"source", "from_", "to"} <= data.keys():
            raise ValidationError("Give ids, or source, from and to.", "ids")


_VALUE = {"anyOf": [{"type": kind} for kind in ("string", "number", "boolean", "null")]}


class ChangeOut(Schema):
    """A field that differs. Of a new subject nothing was before."""

    subject = fields.String(required=True)
    field = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True, metadata=_VALUE)
    after = fields.Raw(required=True, allow_none=True, metadata=_VALUE)


class ReplayLineOut(Schema):
    kind = fields.String(required=True)
    owner = fields.String(required=True)
    currency = fields.String(required=True)
    amount = fields.Float(required=True)


class ReplayPostingOut(Schema):
    key = fields.String(required=True)
    kind = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    lines = fields.List(fields.Nested(ReplayLineOut), required=True)


class ToldOut(Schema):
    """An event or a notification, and the rooms that get it."""

    channel = fields.String(required=True, validate=validate.OneOf(["event", "notification"]))
    type = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    to = fields.List(fields.String(), required=True)


class FailedOut(Schema):
    id = fields.UUID(required=True)
    because = fields.String(required=True)


class ReplayOut(Schema):
    """What a replay did, or would do; an id that only a dry run has made is `new`."""

    id = fields.UUID(required=True)
    dry_run = fields.Boolean(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["waiting", "done", "failed"]))
    error = fields.String(required=True, allow_none=True)
    left = fields.Integer(required=True)
    calls = fields.Integer(required=True)
    new_facts = fields.Integer(required=True)
    changes = fields.List(fields.Nested(ChangeOut), required=True)
    postings = fields.List(fields.Nested(ReplayPostingOut), required=True)
    would_tell = fields.List(fields.Nested(ToldOut), required=True)
    failed = fields.List(fields.Nested(FailedOut), required=True)
    created_at = fields.AwareDateTime(required=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)


One = envelope("OneReplay", replay=fields.Nested(ReplayOut, required=True))

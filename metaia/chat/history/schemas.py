"""Queries and answers of the history."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.chat.fields import MessageOut
from metaia.core.http.fields import Integer, Schema
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope

MOST = 100  # messages of a page
LARGEST_SEQ = 2**53  # larger integers are not exact in JavaScript


def _limit() -> Integer:
    return Integer(load_default=50, validate=validate.Range(min=1, max=MOST))


def _seq() -> Integer:
    return Integer(load_default=None, validate=validate.Range(min=0, max=LARGEST_SEQ))


class HistoryQuery(Filters):
    """The newest messages, or those before, after or around a `seq`."""

    before, after, around = _seq(), _seq(), _seq()
    limit = _limit()

    @validates_schema
    def one_place(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse more than one place."""
        if sum(data.get(name) is not None for name in ("before", "after", "around")) > 1:
            raise ValidationError("Give only one of before, after and around.", "before")


class ChangesQuery(Filters):
    """The version of the conversation that a client has."""

    since = Integer(required=True, validate=validate.Range(min=0, max=LARGEST_SEQ))
    limit = _limit()


class HistoryMeta(Schema):
    """The place of the page: `firstSeq` and `lastSeq` are null on an empty one."""

    first_seq = fields.Integer(required=True, allow_none=True)
    last_seq = fields.Integer(required=True, allow_none=True)
    version = fields.Integer(required=True, metadata={"description": "of the conversation"})
    has_before = fields.Boolean(required=True)
    has_after = fields.Boolean(required=True)


class ChangesMeta(Schema):
    """With `more`, ask again with this `version`; otherwise it is that of the conversation."""

    version = fields.Integer(required=True)
    more = fields.Boolean(required=True)


History = envelope(
    "ChatHistory", meta=HistoryMeta, messages=fields.List(fields.Nested(MessageOut), required=True)
)

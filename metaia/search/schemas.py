"""Query and answer of the search across domains."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from metaia.core import search
from metaia.core.http.fields import Integer, Schema, Text
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope

LONGEST, SHORTEST = 200, 2  # characters of `q`
MOST = 20  # objects of each type


class Types(fields.String):
    """Names of types, separated by commas."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        names = [part.strip() for part in super()._deserialize(value, attr, data, **kwargs).split(",")]
        known = search.PROVIDERS.current()
        if unknown := sorted({name for name in names if name not in known}):
            raise ValidationError(
                f"No such type: {', '.join(unknown)[:100]}. There are {', '.join(sorted(known))}."
            )
        return list(dict.fromkeys(names))


class SearchEverything(Filters):
    q = Text(
        LONGEST,
        shortest=SHORTEST,
        required=True,
        metadata={
            "description": "an id, a number, an e-mail address, a telephone number, a code; or beginnings of words"
        },
    )
    types = Types(
        load_default=None,
        validate=validate.Length(min=1),
        metadata={"description": "separated by commas; all by default", "example": "orders,users"},
    )
    limit = Integer(load_default=5, validate=validate.Range(min=1, max=MOST))


class HitOut(Schema):
    id = fields.String(required=True)
    title = fields.String(required=True)
    subtitle = fields.String(required=True)
    href = fields.String(required=True, metadata={"description": "its address in the API"})
    matched = fields.String(required=True, validate=validate.OneOf([*search.KINDS, search.WORDS]))


class ResultOut(Schema):
    """The objects of one type that were found, and whether there are more."""

    type = fields.String(required=True)
    items = fields.List(fields.Nested(HitOut), required=True)
    more = fields.Boolean(required=True)


class SearchOut(Schema):
    """Types without hits are left out. Those that took too long are in `incomplete`."""

    results = fields.List(fields.Nested(ResultOut), required=True)
    incomplete = fields.List(fields.String(), required=True)


Answer = envelope("SearchAnswer", search=fields.Nested(SearchOut, required=True))

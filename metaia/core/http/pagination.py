"""Keyset pagination: a page starts after the last row of the previous page, regardless of insertions since then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Response
from itsdangerous import BadData, URLSafeSerializer
from marshmallow import ValidationError, fields, pre_load, validate, validates_schema
from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from metaia.core import json
from metaia.core.access import secret_keys
from metaia.core.errors import Invalid
from metaia.core.http.fields import Integer, Moment, Schema, camel
from metaia.core.http.views import answer
from metaia.core.json import Json

Column = ColumnElement[Any] | InstrumentedAttribute[Any]
Sortable = Mapping[str, Column]
Page = tuple[Sequence[Any], str | None]  # rows, cursor of the next page
MOST_DAYS = 400  # of figures


class Filters(Schema):
    """Query parameters that select rows. An empty value is 422: it could mean all rows, or none.

    An `IN ()` would find nothing silently, and a filter that is ignored finds what the client did not ask for.
    """

    @pre_load
    def refuse_empty(self, data: Any, **_: Any) -> Any:
        """Refuse empty and blank values, of unknown parameters too."""
        empty = [camel(name) for name, value in data.items() if not str(value).strip()]
        if empty:
            raise ValidationError({name: ["Must not be empty: leave it out instead."] for name in empty})
        return data


class Period(Filters):
    """The required times `from` (included) and `to` (excluded) of figures."""

    from_ = Moment(data_key="from", required=True, metadata={"description": "included"})
    to = Moment(required=True, metadata={"description": f"excluded; at most {MOST_DAYS} days later"})

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        """The times are in order, and not too far apart."""
        if not timedelta(0) < data["to"] - data["from_"] <= timedelta(days=MOST_DAYS):
            raise ValidationError(f"Must be after `from`, by at most {MOST_DAYS} days.", "to")


class PageQuery(Filters):
    """The query parameters of every list."""

    limit = Integer(load_default=20, validate=validate.Range(min=1, max=100))
    cursor = fields.String(load_default=None, validate=validate.Length(max=500))


def sort_field(sortable: Sequence[str], default: str) -> fields.String:
    """Return the field of the `sort` parameter: a name of `sortable`, with the prefix `-` for descending order."""
    names = [sign + camel(name) for name in sortable for sign in ("", "-")]
    return fields.String(load_default=default, validate=validate.OneOf(names))


def listing(
    name: str,
    query: Json,
    fetch: Callable[..., Page],
    present: Callable[[Any], Any],
    *,
    meta: Callable[[Sequence[Any]], Json] = lambda _: {},
) -> Response:
    """Return the answer of a list: one page of the rows that `fetch` finds, each converted by `present`.

    `meta` returns more values for the answer's `meta`, computed from the rows.
    """
    part = {given: query.pop(given) for given in ("sort", "limit", "cursor")}
    rows, following = fetch(filters=query, **part)
    shown: Json = {name: [present(row) for row in rows]}
    return answer(**shown, meta={"next_cursor": following} | meta(rows))


def page(
    select: Select[Any],
    *,
    sort: str,
    sortable: Sortable,
    key: Column,
    limit: int,
    cursor: str | None,
) -> Select[Any]:
    """Return `select` for one page and one more row, ordered by `sort` and then by the unique `key`.

    Raises Invalid for a forged cursor, and for one of another order.
    """
    column, descending = _column(sort, sortable)
    if cursor is not None:
        value, last = _position(cursor, sort, column)
        here, after = tuple_(column, key), tuple_(literal(value, column.type), literal(last, key.type))
        select = select.where(here < after if descending else here > after)
    order = (column.desc(), key.desc()) if descending else (column, key)
    return select.order_by(*order).limit(limit + 1)


def cut(rows: Sequence[Any], *, sort: str, limit: int, key: str = "id") -> Page:
    """Return the rows of this page, and the cursor of the next page or None on the last one."""
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    name = _snake(sort.lstrip("-"))
    return rows[:limit], encode(sort, [getattr(last, name), getattr(last, key)])


def encode(made_for: str, values: list[Any]) -> str:
    """Return the cursor with these values, which only the list `made_for` accepts."""
    return str(_signer().dumps([made_for, *values]))


def decode(cursor: str, made_for: str) -> list[Any]:
    """Return the values of a cursor. Raises Invalid if it is forged, or of another list."""
    values: list[Any]
    try:
        found, *values = _signer().loads(cursor)
    except BadData:
        found, values = None, []
    if found != made_for:
        raise Invalid(details={"cursor": ["Not a cursor of this list."]})
    return values


def _column(sort: str, sortable: Sortable) -> tuple[Column, bool]:
    names = {camel(name): column for name, column in sortable.items()}
    return names[sort.lstrip("-")], sort.startswith("-")


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def _position(cursor: str, sort: str, column: Column) -> tuple[Any, str]:
    value, key = decode(cursor, sort)
    return datetime.fromisoformat(value) if column.type.python_type is datetime else value, key


def _signer() -> URLSafeSerializer:
    """Return the signer of cursors: a forged cursor could contain values that PostgreSQL cannot compare."""
    return secret_keys.signer("paging cursor", serializer=json)

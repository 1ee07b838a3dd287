"""Keyset paging: a page begins after the last row of the page before, whatever was inserted meanwhile."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from marshmallow import fields, validate
from sqlalchemy import ColumnElement, Select, tuple_

from metaia.core.db import AnyRow
from metaia.core.errors import Invalid
from metaia.core.schema import Schema, camel

Sortable = Mapping[str, ColumnElement[Any]]


class PageQuery(Schema):
    """The query parameters that every list has."""

    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100))
    cursor = fields.String(load_default=None, validate=validate.Length(max=500))


def sort_field(sortable: Sequence[str], default: str) -> fields.String:
    """Return the `sort` parameter: a name of `sortable`, with `-` in front for descending."""
    names = [sign + camel(name) for name in sortable for sign in ("", "-")]
    return fields.String(load_default=default, validate=validate.OneOf(names))


def page(
    select: Select[Any],
    *,
    sort: str,
    sortable: Sortable,
    key: ColumnElement[Any],
    limit: int,
    cursor: str | None,
) -> Select[Any]:
    """Return `select` cut to one page and one row more, ordered by `sort` and then by the unique `key`."""
    column, descending = _column(sort, sortable)
    if cursor is not None:
        after = tuple_(*_decode(cursor, sort, column))
        here = tuple_(column, key)
        select = select.where(here < after if descending else here > after)
    order = (column.desc(), key.desc()) if descending else (column, key)
    return select.order_by(*order).limit(limit + 1)


def cut(rows: Sequence[Any], *, sort: str, limit: int, key: str = "id") -> tuple[Sequence[Any], str | None]:
    """Return the rows of this page and the cursor of the next one, None on the last page."""
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    name = _snake(sort.lstrip("-"))
    return rows[:limit], _encode(sort, [getattr(last, name), getattr(last, key)])


def _column(sort: str, sortable: Sortable) -> tuple[ColumnElement[Any], bool]:
    names = {camel(name): column for name, column in sortable.items()}
    return names[sort.lstrip("-")], sort.startswith("-")


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def _encode(sort: str, values: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([sort, *values])).decode().rstrip("=")


def _decode(cursor: str, sort: str, column: ColumnElement[Any]) -> tuple[Any, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        made_for, value, key = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        kind = column.type.python_type
        value = datetime.fromisoformat(value) if kind is datetime else value
        if (
            made_for != sort
            or not isinstance(value, kind)
            or not isinstance(key, str)
            or "\x00" in str(value)
        ):
            raise ValueError
        return value, key
    except (ValueError, TypeError):
        raise Invalid(details={"cursor": ["Not a cursor of this list."]}) from None


def rows_of(rows: Sequence[AnyRow]) -> list[dict[str, Any]]:
    """Return rows as plain dictionaries."""
    return [dict(row._mapping) for row in rows]

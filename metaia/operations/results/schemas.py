"""Queries and answers of the results of an operation."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.pagination import Filters, PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.operations.actions.schemas import ItemResultOut
from metaia.operations.queries import BY_ITEM


class ResultsQuery(PageQuery):
    ok = fields.Boolean(metadata={"description": "false: only failed items; true: only done ones"})
    sort = sort_field(tuple(BY_ITEM), "id")


class FileQuery(Filters):
    ok = fields.Boolean()


Many = envelope(
    "ManyOperationResults",
    meta=Meta,
    results=fields.List(fields.Nested(ItemResultOut), required=True),
)

"""Queries and answers of export and import."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from metaia.core.http.fields import Id, Schema
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope

MODES = UPSERT, CREATE, UPDATE = "upsert", "create", "update"
OF_ADMINS = {"description": "for admins: the partner"}


class ExportQuery(Filters):
    partner_id = Id(load_default=None, metadata=OF_ADMINS)


class ImportQuery(ExportQuery):
    dry_run = fields.Boolean(load_default=False, metadata={"description": "only check the file"})
    mode = fields.String(
        load_default=UPSERT,
        validate=validate.OneOf(MODES),
        metadata={"description": "`create` refuses rows of existing variants, `update` those of new ones"},
    )


class CellErrorOut(Schema):
    line = fields.Integer(required=True, metadata={"description": "of the file, where the row begins"})
    column = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


RESULT: dict[str, Any] = {
    "applied": fields.Boolean(required=True, metadata={"description": "false: dry run, or an error"}),
    "created": fields.Integer(required=True, metadata={"description": "rows of new variants"}),
    "updated": fields.Integer(required=True, metadata={"description": "rows of variants that change"}),
    "unchanged": fields.Integer(required=True),
    "errors": fields.List(
        fields.Nested(CellErrorOut), required=True, metadata={"description": "the first 200; any: no change"}
    ),
}
ResultOut = Schema.from_dict(RESULT, name="ImportResultOut")
Imported = envelope("ImportedProducts", **RESULT)

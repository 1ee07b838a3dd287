"""Queries and answers about imports."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.errors import declare
from metaia.core.http.fields import Id, Schema
from metaia.core.http.pagination import PageQuery
from metaia.core.http.views import Meta, envelope, raw_envelope
from metaia.products.csv.schemas import MODES, OF_ADMINS, ResultOut

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
declare(
    {
        "import_running": "The partner has an import that has not ended; `details` has its id.",
        "import_interrupted": "The import was interrupted several times, and nothing has changed: send the file again.",
    }
)


class ImportsQuery(PageQuery):
    """The newest imports first."""

    partner_id = Id(load_default=None, metadata=OF_ADMINS)


class ImportState(Schema):
    """How far an import is. `applied` is false before its end, in a dry run, and after an error."""

    id = fields.UUID(required=True)
    partner_id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf((WAITING, RUNNING, DONE, FAILED)))
    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    dry_run = fields.Boolean(required=True)
    done = fields.Integer(required=True, metadata={"description": "rows that are worked off"})
    total = fields.Integer(required=True, metadata={"description": "rows of the file"})
    applied = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)


class ImportProblemOut(Schema):
    """What ended an import: the error that a small import gets as its answer."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    details = fields.Dict(required=True)


class ImportOut(ImportState):
    result = fields.Nested(
        ResultOut, required=True, allow_none=True, metadata={"description": "of an import that is done"}
    )
    problem = fields.Nested(
        ImportProblemOut, required=True, allow_none=True, metadata={"description": "of one that has failed"}
    )


_import = fields.Nested(ImportOut, required=True)
_data = Schema.from_dict({"import": _import}, name="OneImportData")  # `import` cannot be a Python argument
OneImport = raw_envelope("OneImport", fields.Nested(_data, required=True))
ManyImports = envelope("ManyImports", meta=Meta, imports=fields.List(_import, required=True))

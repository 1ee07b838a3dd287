"""The event of imports."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.fields import Schema
from metaia.products.imports.schemas import ImportState
from metaia.realtime.catalogue import EventType


class ImportEnded(Schema):
    """`import:ended`. `GET /api/products/imports/{id}` has the result with its errors."""

    import_ = fields.Nested(ImportState, required=True, data_key="import")


EVENTS = (
    EventType(
        "import.ended",
        "import:ended",
        ImportEnded,
        "A large import of a catalogue has ended.",
        "the partner, and the admin that has requested it",
    ),
)

"""The JSON of settlements and comparisons."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.payments.reconciliation.schemas import ComparedOut

compared = presenter(ComparedOut)


def settlement(this: Json) -> Json:
    """Return a settlement with its sum in major units."""
    return this | {"net": to_major(this["net"], this["currency"])}

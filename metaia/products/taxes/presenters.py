"""Tax rates as JSON."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.products.records import TaxRate
from metaia.products.taxes.schemas import TaxRateOut

tax_rate = presenter(TaxRateOut, computed={"rate": lambda found: found.rate_bps / 100})


def conflict(found: TaxRate) -> Json:
    """Return the `details` of a 409: the current tax rate."""
    return {"version": found.version, "taxRate": tax_rate(found)}

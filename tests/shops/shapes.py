"""Shops for tests of rules: without a database."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from metaia.shops.queries import Shop

_numbers = count(1)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday


def shop(**values: Any) -> Shop:
    """Return a published shop in Paris, without hours and delivery area."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "user_id": f"shop-{number}", "slug": f"shop-{number}", "business_name": "Shop", "currency": "EUR",
        "time_zone": "Europe/Paris", "status": "published", "created_at": NOW, "updated_at": NOW,
        "lat": 48.8566, "lng": 2.3522,
    }  # fmt: skip
    return Shop(**(usual | values))


def tier(
    up_to_m: int | None, *, fee: int = 0, minimum: int = 0, free_from: int | None = None
) -> dict[str, Any]:
    """Return a tier as rows have it."""
    return {"up_to_m": up_to_m, "minimum": minimum, "fee": fee, "free_from": free_from}

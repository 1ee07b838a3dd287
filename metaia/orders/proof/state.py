"""Which proof of a delivery is needed. Pure."""

from __future__ import annotations

from collections.abc import Mapping

NOTHING: Mapping[str, bool] = {"code": False, "photo": False, "signature": False}


def needed(shop: Mapping[str, bool] | None, *, at_door: bool) -> dict[str, bool] | None:
    """Return the proof that a shop wants of a delivery, None for nothing. At the door a photo replaces the code."""
    if not shop or not any(shop.get(name) for name in NOTHING):
        return None
    wanted = {name: bool(shop.get(name)) for name in NOTHING}
    return wanted | {"code": False, "photo": True} if at_door and wanted["code"] else wanted

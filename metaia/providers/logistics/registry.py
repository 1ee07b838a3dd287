"""The carriers of this installation that can be asked, and how each convention is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, current_app

from metaia.providers.errors import Technical
from metaia.providers.logistics import delhivery, easypost, shiprocket, standard
from metaia.providers.logistics.delhivery import Delhivery
from metaia.providers.logistics.easypost import EasyPost
from metaia.providers.logistics.interface import LogisticsProvider, Reading
from metaia.providers.logistics.shiprocket import Shiprocket
from metaia.settings.carriers import Carrier

EXTENSION = "metaia.logistics_providers"
READERS: dict[str, Callable[[Any, datetime], Reading]] = {
    "easypost": easypost.read,
    "delhivery": delhivery.read,
    "shiprocket": shiprocket.read,
    "standard": standard.read,
}
FACTORIES: dict[str, Callable[[str, str], LogisticsProvider]] = {
    "easypost": EasyPost,
    "delhivery": Delhivery,
    "shiprocket": Shiprocket,
}


def provider(carrier: Carrier) -> LogisticsProvider:
    """Return the provider of a carrier, one object each: it keeps connections. Raises Technical if it has none."""
    if not carrier.can_ask:
        raise Technical(f"the carrier {carrier.slug} cannot be asked")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy's own
    providers: dict[Carrier, LogisticsProvider] = app.extensions.setdefault(EXTENSION, {})
    if carrier not in providers:
        providers[carrier] = FACTORIES[carrier.convention](carrier.api_key, carrier.base_url)
    return providers[carrier]

"""The carriers of this installation: those of LOGISTICS_WEBHOOKS, and `manual`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from flask import current_app

from metaia.core.registry import Registry
from metaia.settings.carriers import Carrier

# Called with the slug of a carrier and a new code, in the transaction that gives it to a shipment: calls about it may
# have come before.
CODES: Registry[str, Callable[[str, str], None]] = Registry("tracking_codes")


def current() -> Mapping[str, Carrier]:
    """Return the carriers by slug."""
    found: Mapping[str, Carrier] = current_app.config["LOGISTICS_WEBHOOKS"]
    return found


def find(slug: str) -> Carrier:
    """Return a carrier. One that is not configured any more has no secrets and cannot be asked."""
    return current().get(slug) or Carrier(slug, slug, "")


def page_of(carrier: Carrier, code: str) -> str | None:
    """Return the address of a carrier's own page about a parcel."""
    return carrier.tracking_url.replace("{code}", quote(code, safe="")) or None


def coded(slug: str, code: str) -> None:
    """Call what higher domains have registered for a new tracking code."""
    for call in CODES.current().values():
        call(slug, code)

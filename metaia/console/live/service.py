"""For whom the console is there, and what it has to know before anyone is logged in."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app

from metaia import __version__
from metaia.core.errors import NotFound
from metaia.core.json import Json
from metaia.media.serving import addresses as media_addresses
from metaia.users import pictures
from metaia.users import queries as user_queries

DEMO_DOMAIN = "@metaia.example"
STAFF, OFF = "staff", "off"
SLOTS = 9  # sessions in one browser


def require_console() -> None:
    """Raise NotFound if this installation has no console."""
    if current_app.config["CONSOLE"] == OFF:
        raise NotFound


def public() -> Json:
    """Return what the console shows to everyone. The demo people are there in development only."""
    config = current_app.config
    return {
        "version": __version__,
        "environment": config["METAIA_ENV"],
        "console": config["CONSOLE"],
        "messages": config["METAIA_MESSAGES_PAGE"] or None,
        "media": media_addresses.origins(),
        "demo": _demo() if config["METAIA_DEMO_PASSWORD"] else None,
    }


def demo_provider() -> str | None:
    """Return the origin of the demo provider of payments, to which the theatre posts; None if there is none."""
    config = current_app.config
    if not config["DEMO_PAYMENTS"]:
        return None
    parts = urlsplit(config["DEMO_PAYMENTS_URL"])
    return f"{parts.scheme}://{parts.netloc}"


def _demo() -> Json:
    found, _ = user_queries.page(
        filters={"q": DEMO_DOMAIN, "active": True}, sort="createdAt", limit=SLOTS, cursor=None
    )
    people = [
        {"id": p.id, "role": p.role, "name": p.name, "email": p.email, "avatar": pictures.address(p.avatar)}
        for p in found
    ]
    password = current_app.config["METAIA_DEMO_PASSWORD"]
    return {"password": password, "people": people, "payments": demo_provider() is not None}

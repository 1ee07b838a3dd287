"""Links for one-click unsubscribing (RFC 8058): a signed address that ends one category of mails without a login."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.urls import iri_to_uri

from metaia.core.access import secret_keys
from metaia.core.errors import NotFound
from metaia.notifications.registry import SECURITY, categories

PATH = "/api/notifications/unsubscribe"


def address(user_id: str, category: str) -> str | None:
    """Return the address that ends mails of `category` to a user; None for a category that cannot be turned off."""
    if category == SECURITY:
        return None
    return f"{current_app.config['PUBLIC_BASE_URL']}{PATH}?token={_signer().dumps([user_id, category])}"


def headers(link: str | None) -> dict[str, str]:
    """Return the mail headers with which a mailbox shows its own unsubscribe button (RFC 2369, RFC 8058)."""
    if link is None:
        return {}
    return {
        "List-Unsubscribe": f"<{iri_to_uri(link)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def read(token: str) -> tuple[str, str]:
    """Return (user id, category) of a token. Raises NotFound for a wrong signature or an unknown category."""
    try:
        user_id, name = _signer().loads(token)
    except (BadData, ValueError):
        user_id, name = None, None
    category = categories().get(name)
    if category is None or category.required:
        raise NotFound("This link is not valid. Copy all of it, or change your preferences in the app.")
    return user_id, category.name


def _signer() -> URLSafeSerializer:
    return secret_keys.signer("unsubscribe")

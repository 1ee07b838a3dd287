"""Which addresses an endpoint may have."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from flask import current_app

from metaia.core.errors import Invalid
from metaia.providers import public_calls


def checked(url: str) -> str:
    """Return host and port of an address to which events may be sent. Raises Invalid."""
    try:
        parts = urlsplit(url)
        host = public_calls.origin(parts).partition("://")[2]
    except (ValueError, KeyError):
        raise Invalid(details={"url": ["Must be an address like https://example.com/webhooks."]}) from None
    if problem := _problem(url, parts):
        raise Invalid(details={"url": [problem]})
    try:
        public_calls.checked(parts, current_app.config["WEBHOOK_LOCAL_ORIGINS"])
    except public_calls.PrivateAddress as refused:
        raise Invalid(
            f"This address is refused: {refused}.",
            code="endpoint_address_refused",
            details={"url": [str(refused)]},
        ) from None
    return host


def _problem(url: str, parts: SplitResult) -> str | None:
    if not url.isascii() or " " in url:
        return "Must be ASCII without spaces: encode other characters."
    if not parts.hostname or parts.username is not None or parts.password is not None or parts.fragment:
        return "Must have a host, and neither a user, a password nor a fragment."
    local = public_calls.origin(parts) in current_app.config["WEBHOOK_LOCAL_ORIGINS"]
    if parts.scheme != "https" and current_app.config["METAIA_ENV"] == "production" and not local:
        return "Must begin with https://."
    return None

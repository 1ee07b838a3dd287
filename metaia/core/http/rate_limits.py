"""Rate limits: the limits of a route, the keys that requests are counted by, and the `RateLimit-*` headers.

Flask-Limiter counts with core/http/rate_counter.py before bodies are parsed, so requests that fail later count too.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import orjson
from flask import Response, current_app, g, request
from flask_limiter import Limit

from metaia.core.http import endpoint
from metaia.core.http.limit_classes import LimitClass
from metaia.core.text import emails
from metaia.extensions import limiter
from metaia.network.addresses import network


class _LimitsOfRoute:
    """The limits of the current request's route; Flask-Limiter iterates over them for each request."""

    def __iter__(self) -> Iterator[Any]:
        limit_class = endpoint.of(current_app.view_functions[str(request.endpoint)]).limit
        return iter(_limits(limit_class, limit_class.limit.format_map(current_app.config)))


@cache
def _limits(limit_class: LimitClass, text: str) -> list[Any]:
    def limit(text: str, key: Callable[[], str], **more: Any) -> list[Any]:
        return list(Limit(limit_provider=text, key_function=key, **more).bind(limiter))

    whole = {"scope": limit_class.name, "shared": True} if limit_class.shared else {}
    limits = limit(text, by_user_or_address, **whole)
    if limit_class.by_account is not None:
        key = _by_account if limit_class.across_addresses else _by_account_and_address
        limits += limit(limit_class.by_account, key, scope="account", exempt_when=lambda: _account() is None)
    return limits


def by_user_or_address() -> str:
    """Return the key that the current request is counted by."""
    caller = g.get("actor")
    return f"user:{caller.accountable_id}" if caller else f"address:{address()}"


def address() -> str:
    """Return the address of the current request's client, as `network` groups it."""
    return network(request.remote_addr)


def _by_account() -> str:
    return f"account:{_account()}"


def _by_account_and_address() -> str:
    return f"account:{_account()}:{address()}"


def _account() -> str | None:
    """Return a hash of the `email` in the body, or None. A hash, so that Redis stores no e-mail address."""
    if "account" not in g:
        g.account = _email_hash(request.get_data())
    account: str | None = g.account
    return account


def _email_hash(body: bytes) -> str | None:
    try:
        email = orjson.loads(body)["email"]
    except (ValueError, LookupError, TypeError):
        return None
    return hashlib.sha256(emails.comparable(str(email)).encode(errors="replace")).hexdigest()[:32]


def seconds_left() -> int:
    """Return the seconds until the end of the window that has no requests left."""
    full = limiter.current_limit
    return max(1, math.ceil(full.window.reset_time - time.time())) if full else 1


def add_headers(response: Response) -> None:
    """Add the `RateLimit-*` headers of the most relevant limit; times are in seconds from now."""
    limit = limiter.current_limit
    if limit is None:
        return
    ends, left = limit.window
    headers, item = response.headers, limit.limit
    headers["RateLimit-Limit"] = str(item.amount)
    headers["RateLimit-Remaining"] = str(left)
    headers["RateLimit-Reset"] = str(max(0, math.ceil(ends - time.time())))
    headers["RateLimit-Policy"] = f"{item.amount};w={item.get_expiry()}"


def init() -> None:
    """Make Flask-Limiter use the limit class of each route. Call it after the extensions are bound."""
    limiter.limit_manager.set_default_limits([_LimitsOfRoute()])  # type: ignore[list-item]

"""Rate limits: which class of entrance a route is, by whom its requests are counted, and what answers say about it.

Flask-Limiter counts, by core/http/rate_counter.py, before a body is looked at: refused requests count as well.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from ipaddress import IPv6Address, ip_address
from typing import Any

import orjson
from flask import Response, current_app, g, request
from flask_limiter import Limit

from metaia.extensions import limiter

KILOBYTE, MEGABYTE = 1024, 1024 * 1024


@dataclass(frozen=True)
class Entrance:
    """A class of routes: how often one may come, and with how much (bytes of the body).

    `limit` is by user where there is one, else by address. `by_account` is by the `email` in the body: of whoever comes
    from one address, or with `everywhere` of all who name it. With `together` all routes of the class count as one.
    A limit may name a setting.
    """

    name: str
    limit: str
    largest: int = 64 * KILOBYTE
    by_account: str | None = None
    everywhere: bool = False
    together: bool = False

    def limited_to(self, limit: str) -> Entrance:
        """Return the same with another limit."""
        return replace(self, limit=limit)


READ = Entrance("read", "600 per minute")
WRITE = Entrance("write", "120 per minute")
# Not by account alone: whoever knows an address could keep its owner out.
LOGIN = Entrance("login", "20 per minute", by_account="10 per minute")
# What sends an e-mail to an address that anybody can name.
MAIL = Entrance("mail", "20 per minute", by_account="3 per minute", everywhere=True)
UPLOAD = Entrance("upload", "30 per minute", largest=10 * MEGABYTE)
# Vendors come from few addresses, and do not all come back. SendGrid's batches are of 768 KB at most.
WEBHOOK = Entrance("webhook", "12000 per minute", largest=MEGABYTE)

# What begins a connection that stays, Engine.IO's handshakes (core/http/connect_limit.py) among them.
CONNECT = Entrance("connect", "{CONNECTS_PER_MINUTE} per minute", together=True)


def of(view: Any) -> Entrance:
    """Return the class of a view; READ if it says nothing, as libraries' views do."""
    entrance: Entrance = getattr(view, "entrance", READ)
    return entrance


class _OfThisRoute:
    """The limits that hold for the running request."""

    def __iter__(self) -> Iterator[Any]:
        entrance = of(current_app.view_functions[str(request.endpoint)])
        return iter(_limits(entrance, entrance.limit.format_map(current_app.config)))


@cache
def _limits(entrance: Entrance, text: str) -> list[Any]:
    def limit(text: str, key: Callable[[], str], **more: Any) -> list[Any]:
        return list(Limit(limit_provider=text, key_function=key, **more).bind(limiter))

    whole = {"scope": entrance.name, "shared": True} if entrance.together else {}
    limits = limit(text, by_user_or_address, **whole)
    if entrance.by_account is not None:
        key = _by_account if entrance.everywhere else _by_account_and_address
        limits += limit(entrance.by_account, key, scope="account", exempt_when=lambda: _account() is None)
    return limits


def by_user_or_address() -> str:
    """Return whom a request is counted for."""
    who = g.get("actor")
    return f"user:{who.behind}" if who else f"address:{address()}"


def address() -> str:
    """Return where a request comes from, as `network` has it."""
    return network(request.remote_addr)


def network(address: str | None) -> str:
    """Return an address; of IPv6 its network, whose addresses all belong to one customer."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return str(address)
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))


def _by_account() -> str:
    return f"account:{_account()}"


def _by_account_and_address() -> str:
    return f"account:{_account()}:{address()}"


def _account() -> str | None:
    """Return what stands for the e-mail address in the body, if there is one: Redis need not know it."""
    if "account" not in g:
        g.account = _named_in(request.get_data())
    account: str | None = g.account
    return account


def _named_in(body: bytes) -> str | None:
    try:
        email = orjson.loads(body)["email"]
    except (ValueError, LookupError, TypeError):
        return None
    return hashlib.sha256(str(email).strip().lower().encode(errors="replace")).hexdigest()[:32]


def seconds_left() -> int:
    """Return in how many seconds the window ends that this request has filled."""
    full = limiter.current_limit
    return max(1, math.ceil(full.window.reset_time - time.time())) if full else 1


def say(response: Response) -> None:
    """Tell how much is left of the limit that holds here: `RateLimit-*`, times in seconds from now."""
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
    """Let the class of each route say its limits; comes after the extensions."""
    limiter.limit_manager.set_default_limits([_OfThisRoute()])  # type: ignore[list-item]

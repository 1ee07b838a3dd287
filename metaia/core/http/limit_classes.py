"""Classes of routes for rate limits and body sizes; core/http/rate_limits.py enforces them."""

from __future__ import annotations

from dataclasses import dataclass, replace

KILOBYTE, MEGABYTE = 1024, 1024 * 1024


@dataclass(frozen=True)
class LimitClass:
    """The rate limit of a route, and the largest body it accepts (bytes).

    `limit` counts per user, or per address for requests without a user. `by_account` counts per `email` of the body
    and address, or with `across_addresses` per `email` alone. With `shared` all routes of the class have one counter.
    A limit may name a setting: `{CONNECTS_PER_MINUTE} per minute`.
    """

    name: str
    limit: str
    max_body: int = 64 * KILOBYTE
    by_account: str | None = None
    across_addresses: bool = False
    shared: bool = False

    def limited_to(self, limit: str) -> LimitClass:
        """Return the same class with another limit."""
        return replace(self, limit=limit)


READ = LimitClass("read", "600 per minute")
WRITE = LimitClass("write", "120 per minute")
# Not per account alone: a stranger who knows an address could lock its owner out.
LOGIN = LimitClass("login", "20 per minute", by_account="10 per minute")
# Routes that send an e-mail to an address given by the caller.
MAIL = LimitClass("mail", "20 per minute", by_account="3 per minute", across_addresses=True)
UPLOAD = LimitClass("upload", "30 per minute", max_body=10 * MEGABYTE)
# Vendors call from few addresses, and not all of them retry. SendGrid's batches have at most 768 KB.
WEBHOOK = LimitClass("webhook", "12000 per minute", max_body=MEGABYTE)
# Requests that open a long-lived connection, Engine.IO's handshakes (core/http/connect_limit.py) among them.
CONNECT = LimitClass("connect", "{CONNECTS_PER_MINUTE} per minute", shared=True)

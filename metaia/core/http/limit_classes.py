"""Limit classes: the rate limit and body size of routes, enforced by core/http/rate_limits.py and bodies.py."""

from __future__ import annotations

from dataclasses import dataclass, replace

KILOBYTE, MEGABYTE = 1024, 1024 * 1024
FORM_OVERHEAD = 64 * KILOBYTE  # of the other fields, headers and boundaries of a multipart body


@dataclass(frozen=True)
class LimitClass:
    """The rate limit of a route, and the maximal size of its body in bytes.

    `limit` counts per user, or per address for requests without a user. `by_account` counts per `email` in the body
    and address, or with `across_addresses` per `email` alone. With `shared` all routes of the class have one counter.
    A limit may name a setting: `{CONNECTS_PER_MINUTE} per minute`. `max_file` is the maximal size of the file in a
    body, in bytes, for routes that receive one.
    """

    name: str
    limit: str
    max_body: int = 64 * KILOBYTE
    by_account: str | None = None
    across_addresses: bool = False
    shared: bool = False
    max_file: int | None = None

    def limited_to(self, limit: str) -> LimitClass:
        """Return the same class with another limit."""
        return replace(self, limit=limit)

    def with_body(self, max_body: int) -> LimitClass:
        """Return the same class with another maximal size of the body, in bytes."""
        return replace(self, max_body=max_body)

    def with_file(self, max_file: int) -> LimitClass:
        """Return the same class for a file of at most `max_file` bytes; its body is a little longer."""
        return replace(self, max_body=max_file + FORM_OVERHEAD, max_file=max_file)


READ = LimitClass("read", "600 per minute")
WRITE = LimitClass("write", "120 per minute")
# Not per account alone: any client that knows an e-mail address could lock its owner out.
LOGIN = LimitClass("login", "20 per minute", by_account="10 per minute")
# Routes that send an e-mail to an address given by the caller.
MAIL = LimitClass("mail", "20 per minute", by_account="3 per minute", across_addresses=True)
UPLOAD = LimitClass("upload", "30 per minute", max_body=10 * MEGABYTE, shared=True)
# Vendors call from few addresses, and not all of them retry. A batch of SendGrid has at most 768 KB.
WEBHOOK = LimitClass("webhook", "12000 per minute", max_body=MEGABYTE)
# Requests that open a long-lived connection, including Engine.IO handshakes (core/http/edge/connect_limit.py).
CONNECT = LimitClass("connect", "{CONNECTS_PER_MINUTE} per minute", shared=True)

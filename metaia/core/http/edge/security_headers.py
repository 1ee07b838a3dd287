"""Security headers of every answer. A header that the view has set itself takes precedence."""

from __future__ import annotations

import base64
import hashlib
import re

from flask import Response

Headers = list[tuple[str, str]]

# Answers of the API are data: if a browser rendered one as a page, the page could do nothing.
DATA = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# HTML pages load scripts and styles from this origin only, and connect only to it.
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": DATA,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Two years; browsers remember it, so it is sent only if the service is reached by https.
# Files that pages of other origins may show. They may frame them too: the policy of a file is a sandbox.
SHARED = ("cross-origin-resource-policy", "cross-origin")
NOT_SHARED = frozenset({"x-frame-options", "cross-origin-opener-policy"})
ONLY_HTTPS = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


class SecurityHeaders:
    """The headers to add, computed once."""

    def __init__(self, *, only_https: bool) -> None:
        wanted = ALWAYS | (ONLY_HTTPS if only_https else {})
        self._wanted = [(name.lower(), (name, value)) for name, value in wanted.items()]

    def add_to(self, headers: Headers) -> Headers:
        """Return the `headers` of an answer, with the missing security headers added."""
        there = {name.lower() for name, _ in headers}
        if any((name.lower(), value) == SHARED for name, value in headers):
            there |= NOT_SHARED
        return headers + [header for name, header in self._wanted if name not in there]


def as_page(response: Response, policy: str = PAGE) -> Response:
    """Give an HTML answer the policy of a page. Inline scripts of libraries are allowed by their hashes."""
    if response.mimetype == "text/html":
        scripts = re.findall(r"<script>(.*?)</script>", response.get_data(as_text=True), re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
        allowed = " ".join(["script-src 'self'", *(f"'sha256-{digest}'" for digest in digests)])
        response.headers["Content-Security-Policy"] = policy.replace("script-src 'self'", allowed)
    return response

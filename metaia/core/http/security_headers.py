"""What every answer tells browsers, whoever made it. A view that sets one of these headers itself knows better."""

from __future__ import annotations

import base64
import hashlib
import re

from flask import Response

Headers = list[tuple[str, str]]

# An answer of the API is data: were a browser ever to show it as a page, that page could do nothing.
DATA = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# A page of ours has its scripts and styles in files of ours, and talks to nobody else.
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
# Two years, which browsers remember: only where the service is reached by https for sure.
ONLY_HTTPS = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


class SecurityHeaders:
    """The headers that answers get; worked out once."""

    def __init__(self, *, only_https: bool) -> None:
        wanted = ALWAYS | (ONLY_HTTPS if only_https else {})
        self._wanted = [(name.lower(), (name, value)) for name, value in wanted.items()]

    def add_to(self, headers: Headers) -> Headers:
        """Return `headers` of an answer, and those of ours that it lacks."""
        there = {name.lower() for name, _ in headers}
        return headers + [header for name, header in self._wanted if name not in there]


def as_page(response: Response, policy: str = PAGE) -> Response:
    """Let an HTML answer be a page. Scripts that a library has written into it may run, by their hashes; no others."""
    if response.mimetype == "text/html":
        scripts = re.findall(r"<script>(.*?)</script>", response.get_data(as_text=True), re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
        allowed = " ".join(["script-src 'self'", *(f"'sha256-{digest}'" for digest in digests)])
        response.headers["Content-Security-Policy"] = policy.replace("script-src 'self'", allowed)
    return response

"""The client's address and scheme, as the trusted proxies in front of this process have seen them.

Werkzeug's ProxyFix is not used: it reads the lists with quoting, so that a quotation mark in what a client sends hides
the comma before the address that the proxy has added.
"""

from __future__ import annotations

from typing import Any

from metaia.network import addresses

# Proxies that name the scheme of a WebSocket (Traefik) mean that of its handshake.
SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}


class TrustedProxies:
    """Replaces REMOTE_ADDR and the scheme of a request. Applying it twice changes nothing more."""

    def __init__(self, count: int) -> None:
        self._count = count

    def apply(self, environ: dict[str, Any]) -> None:
        """Set REMOTE_ADDR to the address that the outermost trusted proxy has seen, in its canonical form.

        If that is no address, REMOTE_ADDR stays that of the proxy itself. X-Forwarded-Host is not read: a proxy that
        does not set it forwards the value of the client.
        """
        address = addresses.canonical(self._seen(environ.get("HTTP_X_FORWARDED_FOR")))
        address = address or addresses.canonical(environ.get("REMOTE_ADDR"))
        if address is None:  # a Unix socket
            environ.pop("REMOTE_ADDR", None)
        else:
            environ["REMOTE_ADDR"] = address
        scheme = SCHEMES.get((self._seen(environ.get("HTTP_X_FORWARDED_PROTO")) or "").lower())
        if scheme is not None:
            environ["wsgi.url_scheme"] = scheme

    def _seen(self, header: str | None) -> str | None:
        """Return what the outermost trusted proxy has added to a list: each adds its value at the end."""
        if not (header and self._count):
            return None
        values = header.rsplit(",", self._count)
        return values[-self._count].strip() if len(values) >= self._count else None

"""Origins of pages and apps (RFC 6454): one form in which they are compared, and lists of those that are allowed.

Browsers send an origin in its shortest form. Native clients derive theirs from the address that they connect to, and
send it with capital letters, a default port, a path, a WebSocket's scheme or letters beyond ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address
from urllib.parse import SplitResult, urlsplit

import idna

from metaia.network.addresses import is_private

LONGEST = 300  # characters; a name has at most 253
ANY, ANY_PORT = "*", ":*"
DEFAULT_PORTS = {"http": 80, "https": 443}
# Swift's Starscream sends the scheme of the WebSocket.
SCHEMES = {"ws": "http", "wss": "https"}
# In no origin: spaces and control characters, a user, an escape, what parsers of URLs read in different ways, a list.
_FORBIDDEN = re.compile(r"[\s\x00-\x20\x7f@%\\,;<>\"'`{}|^]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_HOST = re.compile(r"[a-z0-9._~-]+|\[[0-9a-f:.]+\]")
_NO_ORIGIN = re.compile(r"null|file:(//.*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port, normalised. The port is None if the scheme has no default and none is written."""

    scheme: str
    host: str
    port: int | None


@lru_cache(1_000)
def parse(text: str) -> Origin | None:
    """Return the origin that `text` writes, or None if it writes none.

    A path is ignored: some native clients send the whole address. Port 0 is the default port: React Native for
    Windows writes it for an address without one.
    """
    parts = _split(text)
    if parts is None:
        return None
    scheme, host = SCHEMES.get(parts.scheme, parts.scheme), _host(parts)
    if host is None or not _SCHEME.fullmatch(scheme):
        return None
    return Origin(scheme, host, parts.port or DEFAULT_PORTS.get(scheme))


def is_one_of(text: str, *addresses: str) -> bool:
    """Return whether `text` is the origin of one of some addresses."""
    origin = parse(text)
    return origin is not None and origin in map(parse, addresses)


def is_local(text: str) -> bool:
    """Return whether pages without an origin send `text`: files, as in Electron and Cordova, and sandboxed frames."""
    return _NO_ORIGIN.fullmatch(text) is not None


class AllowedOrigins:
    """A list of origins, each exact or with any port (`http://10.0.2.2:*`).

    `*` allows all origins, `local` pages that have none, `private` http and https on addresses of private networks.
    """

    def __init__(self, listed: Iterable[str], *, local: bool = False, private: bool = False) -> None:
        """Raises ValueError for what is no origin."""
        self._listed, self._local, self._private = frozenset(listed), local, private
        self._exact = {_listed(text) for text in self._listed if text != ANY and not text.endswith(ANY_PORT)}
        ports = [_listed(text.removesuffix(ANY_PORT)) for text in self._listed if text.endswith(ANY_PORT)]
        self._any_port = {(origin.scheme, origin.host) for origin in ports}

    def __bool__(self) -> bool:
        return bool(self._listed or self._local or self._private)

    def __contains__(self, text: str) -> bool:
        if ANY in self._listed:
            return bool(text)
        if is_local(text):
            return self._local
        origin = parse(text)
        return origin is not None and (
            origin in self._exact
            or (origin.scheme, origin.host) in self._any_port
            or (self._private and origin.scheme in DEFAULT_PORTS and is_private(origin.host))
        )


def _listed(text: str) -> Origin:
    origin = parse(text)
    if origin is None:
        raise ValueError(f"has {text!r}; an origin is like https://app.example.com")
    return origin


def _split(text: str) -> SplitResult | None:
    with suppress(ValueError):  # WSGI gives headers as Latin-1
        text = text.encode("latin-1").decode()
    if len(text) > LONGEST or "://" not in text or _FORBIDDEN.search(text.strip()):
        return None
    try:
        parts = urlsplit(text.strip())
        _ = parts.port  # raises ValueError for no number, and above 65535
    except ValueError:
        return None
    return parts


def _host(parts: SplitResult) -> str | None:
    host = parts.netloc.lower().rpartition(":")[0] if _has_port(parts) else parts.netloc.lower()
    if host.startswith("["):
        return _ipv6(host)
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, transitional=False).decode()
        except idna.IDNAError:
            return None
    return host if _HOST.fullmatch(host) else None


def _ipv6(host: str) -> str | None:
    try:
        return f"[{IPv6Address(host[1:-1])}]"
    except ValueError:
        return None


def _has_port(parts: SplitResult) -> bool:
    return parts.port is not None or parts.netloc.endswith(":")

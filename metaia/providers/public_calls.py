"""POST to an address that a user has chosen: public addresses only, no redirects, one deadline for the whole call.

The host is resolved once, all its addresses are checked, and the connection goes to a checked one. So no answer of DNS
that changes between the check and the connection matters, and no packet goes to a private network.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

from metaia.network.addresses import canonical, is_public

MOST_READ = 4096  # bytes of an answer
CHUNK = 16_384  # bytes that one `send` passes on
PORTS = {"http": 80, "https": 443}
USER_AGENT = "METAIA-Webhooks/1"


@dataclass(frozen=True)
class Answer:
    """The answer of a receiver, with the beginning of its body."""

    status: int
    headers: Mapping[str, str]  # by name in lower case
    text: str


class CallFailed(Exception):
    """There was no complete answer in time."""


class PrivateAddress(CallFailed):
    """The host has an address outside of the public internet, or none."""


def post(
    url: str, headers: Mapping[str, str], body: bytes, *, seconds: float, local: Collection[str]
) -> Answer:
    """Return the answer to a POST, whatever its status. `local` are origins that may have private addresses.

    Raises CallFailed.
    """
    until = time.monotonic() + seconds
    parts = urlsplit(url)
    address = checked(parts, local)[0]
    try:
        with _connect(parts, address, until) as connected:
            return _exchange(connected, parts, headers, body)
    except TimeoutError:
        raise CallFailed(f"no complete answer within {seconds:.0f} seconds") from None
    except ssl.SSLError as error:
        raise CallFailed(f"TLS failed: {error.reason or type(error).__name__}"[:200]) from None
    except (OSError, HTTPException) as error:
        raise CallFailed(f"no connection, or it broke ({type(error).__name__})") from None


def checked(parts: SplitResult, local: Collection[str]) -> list[str]:
    """Return the addresses of a host, in the order of the resolver. Raises PrivateAddress."""
    host = parts.hostname or ""
    found = resolve(host, port(parts))
    if not found:
        raise PrivateAddress("the host has no address")
    if origin(parts) not in local and not all(map(is_public, found)):
        raise PrivateAddress("the host has an address outside of the public internet")
    return found


def resolve(host: str, number: int) -> list[str]:
    """Return the addresses of a host; also those of numbers in other notations, such as `2130706433`."""
    try:
        found = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(canonical(str(each[4][0])) or "" for each in found))


def origin(parts: SplitResult) -> str:
    """Return the origin of an address: scheme, host in lower case, and the port if it is not the usual one."""
    number = port(parts)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if number == PORTS[parts.scheme] else f":{number}")


def port(parts: SplitResult) -> int:
    """Return the port of an address."""
    return parts.port or PORTS[parts.scheme]


class _Connected:
    """A socket with one end time for all its operations; `http.client` uses it as its socket."""

    def __init__(self, raw: socket.socket, until: float) -> None:
        self._raw, self._until = raw, until

    def limit(self) -> socket.socket:
        """Return the socket, limited to the time that is left. Raises TimeoutError."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._raw.settimeout(left)
        return self._raw

    def sendall(self, data: bytes) -> None:
        """Send all of `data`; a receiver that reads slowly does not prolong the time."""
        view = memoryview(data)
        while view:
            view = view[self.limit().send(view[:CHUNK]) :]

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """Return the file from which `http.client` reads the answer."""
        return io.BufferedReader(_Incoming(self))

    def close(self) -> None:
        """Do nothing: the context manager closes the socket."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()


class _Incoming(io.RawIOBase):
    def __init__(self, connected: _Connected) -> None:
        self._connected = connected

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._connected.limit().recv_into(buffer)


def _connect(parts: SplitResult, address: str, until: float) -> _Connected:
    raw = socket.create_connection((address, port(parts)), timeout=max(0.001, until - time.monotonic()))
    if parts.scheme == "http":
        return _Connected(raw, until)
    try:
        raw.settimeout(max(0.001, until - time.monotonic()))
        return _Connected(tls_context().wrap_socket(raw, server_hostname=parts.hostname), until)
    except BaseException:
        raw.close()
        raise


def tls_context() -> ssl.SSLContext:
    """Return the rules of TLS: the host's certificate must be valid."""
    return ssl.create_default_context()


def _exchange(connected: _Connected, parts: SplitResult, headers: Mapping[str, str], body: bytes) -> Answer:
    """Send the request on a connection, and read the beginning of the answer."""
    http = HTTPConnection(parts.hostname or "", port(parts))
    http.sock = connected
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    fixed = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", "Connection": "close"}
    http.putrequest("POST", path, skip_host=True, skip_accept_encoding=True)
    host = origin(parts).partition("://")[2]
    for name, value in {"Host": host, **fixed, **headers, "Content-Length": str(len(body))}.items():
        http.putheader(name, value)
    http.endheaders(body)
    found = http.getresponse()
    text = found.read(MOST_READ).decode(errors="replace")
    return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, text)

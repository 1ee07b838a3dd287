"""IP addresses as proxies and servers write them, in the one form that is stored and compared."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

LONGEST = 64  # characters; an IPv6 address in brackets with a scope and a port has fewer
_BRACKETED = re.compile(r"\[([^\]]*)\](?::[0-9]{1,5})?")
_WITH_PORT = re.compile(r"(.*[^:]):[0-9]{1,5}")


@lru_cache(10_000)
def canonical(text: str | None) -> str | None:
    """Return an IP address in its shortest form, or None if `text` is none.

    Accepts what gateways write: `192.0.2.1:4711`, `[2001:db8::1]`, `[2001:db8::1]:4711`, an address with an IPv6
    scope, in quotes or with spaces around it. An IPv4 address that is written as IPv6 becomes the IPv4 address.
    """
    found = (text or "").strip(' \t"')
    if not found or len(found) > LONGEST:
        return None
    if (bracketed := _BRACKETED.fullmatch(found)) is not None:
        return _address(bracketed[1]) if ":" in bracketed[1] else None
    with_port = _WITH_PORT.fullmatch(found)
    return _address(found) or (_address(with_port[1]) if with_port else None)


@lru_cache(10_000)
def network(address: str | None) -> str:
    """Return an IPv4 address in its canonical form, and the /64 network of an IPv6 address: one subscriber has it all.

    A text that is no address is returned as it is.
    """
    known = canonical(address)
    if known is None or ":" not in known:
        return known or str(address)
    return str(IPv6Address(int(IPv6Address(known)) >> 64 << 64))


def to_listen_on(text: str, *, production: bool) -> str:
    """Return the IP address in a HOST setting, or the default: this machine only, in production all addresses.

    A name is no address: csh and conda use a variable HOST for names of their own.
    """
    default = "0.0.0.0" if production else "127.0.0.1"  # noqa: S104 - the platform controls access to the port
    return canonical("127.0.0.1" if text == "localhost" else text) or default


def is_loopback(address: str) -> bool:
    """Return whether only this machine can reach a canonical address."""
    return ip_address(address).is_loopback


def is_private(text: str) -> bool:
    """Return whether `text` is an IP address of a private network, of a carrier's NAT or of this machine."""
    known = canonical(text)
    return known is not None and not ip_address(known).is_global


def _address(text: str) -> str | None:
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return str((found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found)

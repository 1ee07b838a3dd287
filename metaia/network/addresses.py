"""IP addresses as proxies and servers write them, in the one form that is stored and compared."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

LONGEST = 64  # characters; an IPv6 address in brackets with a scope and a port has fewer
NAT64 = ip_network("64:ff9b::/96")
# The special-purpose registries of IANA (RFC 6890), multicast, and what was deprecated. NAT64 of local use and Teredo
# lead to addresses that cannot be seen here.
NOT_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7",
        "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
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
    return canonical(text) is not None and not is_public(text)


@lru_cache(10_000)
def is_public(text: str) -> bool:
    """Return whether `text` is an IP address of the public internet, also of what an IPv6 address of a gateway wraps.

    Not `ipaddress.is_global`: it depends on the version of Python, and up to 3.12 is true for the NAT64 and 6to4 forms
    of private addresses, for multicast and for `192.0.0.192` (metadata of a cloud).
    """
    known = canonical(text)
    if known is None:
        return False
    address = ip_address(known)
    if any(address in network for network in NOT_PUBLIC if network.version == address.version):
        return False
    return not isinstance(address, IPv6Address) or all(map(is_public, _wrapped(address)))


def _wrapped(address: IPv6Address) -> list[str]:
    """Return the IPv4 addresses in an IPv6 address: of NAT64 (RFC 6052) and of 6to4 (RFC 3056)."""
    found = [str(IPv4Address(int(address) & 0xFFFFFFFF))] if address in NAT64 else []
    return [*found, *([str(address.sixtofour)] if address.sixtofour else [])]


def _address(text: str) -> str | None:
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return str((found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found)

"""The addresses on which `make run` listens: HOST, and what it means for other machines and telephones."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import psutil

from metaia.dev.process_registry import ServiceError
from metaia.network import addresses

UNSPECIFIED = {"0.0.0.0", "::"}  # noqa: S104 - what HOST may be, not where this listens
FAMILIES = {socket.AF_INET, socket.AF_INET6}


def set_host(environment: dict[str, str]) -> None:
    """Set HOST to the address to listen on. Raises ServiceError if strangers could reach the demo accounts."""
    host = environment["HOST"] = addresses.to_listen_on(environment.get("HOST", ""), production=False)
    for found in reachable(host):
        if not addresses.is_private(found):
            raise ServiceError(
                f"HOST={host} would serve demo accounts with a known password on the public address {found};"
                " name a private address of this machine, as in HOST=192.168.1.7"
            )


def reachable(host: str) -> list[str]:
    """Return the addresses of this machine that reach a server on `host`, that of the default route first."""
    if host not in UNSPECIFIED:
        return [host]
    mine = [
        address.address.partition("%")[0]
        for found in psutil.net_if_addrs().values()
        for address in found
        if address.family in FAMILIES and (host == "::" or address.family == socket.AF_INET)
    ]
    outward = _outward()
    usable = {one for one in mine if not (ip_address(one).is_loopback or ip_address(one).is_link_local)}
    return sorted(usable, key=lambda one: (one != outward, one))


def base_url(host: str, port: str) -> str:
    """Return the address that this machine and, if HOST allows it, other machines can open."""
    address = next(iter(reachable(host)), "127.0.0.1")
    return f"http://{f'[{address}]' if ':' in address else address}:{port}"


def own_address(host: str) -> str:
    """Return an address at which this machine itself reaches a server on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def _outward() -> str:
    """Return this machine's address on its default route. No packet is sent: 192.0.2.1 is for documentation."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
    except OSError:
        return ""

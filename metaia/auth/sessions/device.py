"""The device and the network address of a login."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request

from metaia.auth.sessions import queries
from metaia.network import addresses
from metaia.users.queries import Person


@dataclass(frozen=True)
class Device:
    """Where a login comes from: the printable part of the User-Agent header, and the client's IP address."""

    name: str | None
    address: str | None

    @property
    def network(self) -> str:
        """Return the network of the address: the rest of an IPv6 address changes from day to day."""
        return addresses.network(self.address)

    @property
    def kind(self) -> str:
        """Return the name without version numbers: browsers update themselves."""
        return re.sub(r"[\d.]+", "", self.name or "")


def of_request() -> Device:
    """Return the device of the current request, cut to the lengths of the columns in `sessions`."""
    name = "".join(filter(str.isprintable, request.headers.get("User-Agent", "")))
    return Device(name[:200] or None, request.remote_addr)


def is_new(person: Person, device: Device) -> bool:
    """Return whether the kind of device or the network appears in none of a user's sessions.

    False at a user's first login, when there is nothing to compare with.
    """
    known = [Device(row.device, row.address) for row in queries.known_devices(person.id)]
    kinds, networks = {one.kind for one in known}, {one.network for one in known}
    return bool(known) and (device.kind not in kinds or device.network not in networks)

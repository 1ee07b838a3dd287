"""The device and address of a login."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request

from metaia.auth.sessions import queries
from metaia.users.queries import Person


@dataclass(frozen=True)
class Device:
    """Where a login comes from."""

    name: str | None
    address: str | None

    @property
    def kind(self) -> str:
        """Return the name without its versions: browsers renew themselves."""
        return re.sub(r"[\d.]+", "", self.name or "")


def of_request() -> Device:
    """Return where the present request comes from."""
    name = "".join(filter(str.isprintable, request.headers.get("User-Agent", "")))
    return Device(name[:200] or None, (request.remote_addr or "")[:45] or None)


def is_new(person: Person, device: Device) -> bool:
    """Return whether a user has logged in before, but never with this kind of device, or never from this address."""
    known = [Device(row.device, row.address) for row in queries.devices(person.id)]
    kinds, addresses = {one.kind for one in known}, {one.address for one in known}
    return bool(known) and (device.kind not in kinds or device.address not in addresses)

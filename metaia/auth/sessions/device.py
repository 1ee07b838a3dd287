"""The device and the network address of a login."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request

from metaia.auth.sessions import queries
from metaia.network import addresses
from metaia.users.queries import Person

# The first product (RFC 9110, section 10.1.5), without dots: mailboxes would make a link of a host name.
PRODUCT = re.compile(r"[\w+-]{1,40}", re.ASCII)
# Tokens and their names; browsers also name those that they imitate, so the order matters.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Vivaldi", "Vivaldi"),
    ("YaBrowser", "Yandex Browser"),
    ("UCBrowser", "UC Browser"),
    ("DuckDuckGo", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


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
    def label(self) -> str:
        """Return a name for mails, such as `Firefox (Windows)`; empty for a device without a name.

        The rest of the header is up to the client: a mail about security shows nothing of it, such as an address.
        """
        given = self.name or ""
        found = next((label for token, label in BROWSERS if token in given), "")
        program = found if given.startswith("Mozilla/") and found else PRODUCT.match(given)
        system = next((label for token, label in SYSTEMS if token in given), "")
        parts = [program if isinstance(program, str) else program[0] if program else ""]
        return " ".join([*parts, *([f"({system})"] if system else [])]).strip()

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

"""What a played vendor gets, answers, and takes in."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]
E164 = re.compile(r"\+[1-9]\d{6,14}")


@dataclass(frozen=True)
class Call:
    """A request; `origin` is the server's own."""

    origin: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Json:
        """Return the body as an object; an empty one if it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def form(self) -> dict[str, str]:
        """Return the fields of a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def basic(self) -> str:
        """Return `user:password`."""
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        return b64decode(value).decode() if kind == "Basic" else ""

    def bearer(self) -> str:
        """Return the bearer token."""
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        return value if kind == "Bearer" else ""


@dataclass(frozen=True)
class Arrived:
    """A message that a vendor has taken. `key` is the sender's own id of it, as far as the vendor is told one."""

    vendor: str
    channel: str
    to: str
    title: str
    text: str
    key: str
    reference: str
    callback: str | None = None
    raw: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What is answered, and what has arrived, if anything."""

    status: int
    content: Json | bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    arrived: Arrived | None = None


@dataclass
class World:
    """What all vendors have: the credentials that they gave out, by setting, and addresses where nobody is any more.

    `gone` says with which of its own codes a vendor refuses an address; "" leaves that to the vendor.
    """

    settings: Mapping[str, str]
    gone: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)  # what vendors hand out: access tokens, tickets


Vendor = Callable[[Call, World], Answer]

"""What the stub vendors share: the request, the answer, the accepted message, their state."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from metaia.core.json import Json
from metaia.dev.stubs.parcels import Parcel

E164 = re.compile(r"\+[1-9]\d{6,14}")


@dataclass(frozen=True)
class Call:
    """A request. `origin` is the origin of the stub server."""

    origin: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"

    def json(self) -> Json:
        """Return the body as a JSON object; an empty one if the body is no object."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def form(self) -> dict[str, str]:
        """Return the fields of a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def basic(self) -> str:
        """Return `user:password` of Basic authentication, or an empty string."""
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        return b64decode(value).decode() if kind == "Basic" else ""

    def bearer(self) -> str:
        """Return the bearer token, or an empty string."""
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        return value if kind == "Bearer" else ""


@dataclass(frozen=True)
class SentMessage:
    """A message that a vendor has accepted. `key` is the sender's own id, where the vendor's API has a field for it."""

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
    """The answer to a call, and the message that it accepted, if any."""

    status: int
    content: Json | bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    arrived: SentMessage | None = None


@dataclass
class World:
    """The state of all vendors: the credentials that they issued, by setting, and addresses that no longer exist.

    `gone` maps such an address to the error code of its vendor; "" means the vendor's usual code.
    """

    settings: Mapping[str, str]
    gone: dict[str, str] = field(default_factory=dict)
    listed: set[tuple[str, str]] = field(default_factory=set)  # SendGrid's lists: path and address
    given: dict[str, str] = field(default_factory=dict)  # issued by vendors: access tokens, tickets
    # Cloudinary's, by resource type, type and public id: bytes and time; deletions, and whether they reach the CDN
    assets: dict[tuple[str, str, str], tuple[bytes, str]] = field(default_factory=dict)
    destroyed: list[tuple[str, str, str, bool]] = field(default_factory=list)
    cached: dict[str, bytes] = field(default_factory=dict)  # by the CDN
    demo_payments: Any = None  # the books of the demo provider
    parcels: dict[str, Parcel] = field(default_factory=dict)  # by tracking code

    @property
    def api_keys(self) -> dict[str, str]:
        """Return the keys of carriers by convention."""
        carriers = json.loads(self.settings.get("LOGISTICS_WEBHOOKS") or "{}")
        return {each["convention"]: each.get("apiKey", "") for each in carriers.values()}


Vendor = Callable[[Call, World], Answer]

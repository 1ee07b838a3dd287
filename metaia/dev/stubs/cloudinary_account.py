"""The account of the Cloudinary stub: its credentials, the signatures that it expects, and its notifications."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests

from metaia.core.json import Json

UNSIGNED = {"file", "cloud_name", "resource_type", "api_key", "signature"}


@dataclass(frozen=True)
class Account:
    """The credentials in CLOUDINARY_URL."""

    cloud: str
    key: str
    secret: str


def of(settings: Mapping[str, str]) -> Account:
    """Return the account of the settings."""
    parts = urlsplit(settings["CLOUDINARY_URL"])
    return Account(parts.hostname or "", parts.username or "", parts.password or "")


def signature(fields: Mapping[str, str], secret: str, algorithm: str = "sha1") -> str:
    """Return the signature (version 2) of all fields that are signed."""
    signed = sorted(
        f"{name}={value}".replace("&", "%26") for name, value in fields.items() if name not in UNSIGNED
    )
    return hashlib.new(algorithm, ("&".join(signed) + secret).encode()).hexdigest()


def notify(settings: Mapping[str, str], url: str, content: Json) -> int:
    """Send a notification, signed over body, time and secret, and return the HTTP status of its receiver."""
    body, moment = json.dumps({"timestamp": now(), **content}), str(int(time.time()))
    signed = hashlib.sha1((body + moment + of(settings).secret).encode()).hexdigest()  # noqa: S324 - Cloudinary's
    headers = {"Content-Type": "application/json", "X-Cld-Timestamp": moment, "X-Cld-Signature": signed}
    return requests.post(url, body, headers=headers, timeout=10).status_code


def now() -> str:
    """Return the time in the form of Cloudinary's answers."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

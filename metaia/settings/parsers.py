"""How the text of a setting becomes its value.

A parser raises ValueError with a reason that completes the sentence "NAME …" and repeats no secret.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from pathlib import Path
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS

from metaia.network.origins import AllowedOrigins

_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s]+")
_CLOUDINARY = re.compile(
    r"cloudinary://[^:/@\s]+:[^:/@\s]+@[\w-]+(/[\w.-]*)?(\?signature_algorithm=(sha1|sha256))?", re.ASCII
)
_OFF = frozenset({"", "false", "0", "no", "off"})
_ACCOUNT_FIELDS = ("project_id", "client_email", "private_key", "token_uri")
VAPID_BYTES = 32
CONSOLE_MODES = ("all", "staff", "off")


def integer(text: str) -> int:
    """Return a whole number. Raises ValueError."""
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"is {text!r}; it must be a whole number") from None


def basis_points(text: str) -> int:
    """Return a share in hundredths of a percent, from 0 to 10000. Raises ValueError."""
    found = integer(text)
    if not 0 <= found <= 10_000:
        raise ValueError(f"is {text!r}; it must be 0 to 10000 hundredths of a percent")
    return found


def two_integers(text: str) -> tuple[int, int]:
    """Return two whole numbers that are not negative, from `30,365`. Raises ValueError."""
    found = [integer(part) for part in names(text)]
    if len(found) != 2 or min(found) < 0:
        raise ValueError(f"is {text!r}; it must be two whole numbers, such as 30,365")
    return found[0], found[1]


def flag(text: str) -> bool:
    """Return False for an empty text, false, 0, no and off, in any case; True for all others."""
    return text.lower() not in _OFF


def one_of(*known: str) -> Callable[[str], str]:
    """Return a parser of texts that are one of `known`."""

    def parse(text: str) -> str:
        if text not in known:
            raise ValueError(f"is {text!r}; it must be one of {', '.join(known)}")
        return text

    return parse


def names(text: str) -> list[str]:
    """Return the parts of a list that commas separate, without spaces around them and without empty parts."""
    return [part.strip() for part in text.split(",") if part.strip()]


def some_of(*known: str) -> Callable[[str], list[str]]:
    """Return a parser of lists that contain only `known` names, in the order of preference."""

    def parse(text: str) -> list[str]:
        found = names(text)
        if set(found) - set(known):
            raise ValueError(f"is {text!r}; it may name {', '.join(sorted(known))}")
        return found

    return parse


def origins(text: str) -> list[str]:
    """Return origins of web pages, each a scheme and a host without a path, with any port (`:*`), or `*`.

    Raises ValueError.
    """
    found = names(text)
    for origin in found:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise ValueError(f"has {origin!r}; an origin is like https://app.example.com")
    AllowedOrigins(found)
    return found


def postgresql(text: str) -> str:
    """Return the URL for SQLAlchemy and psycopg 3: platforms and libpq write postgres:// or postgresql://."""
    scheme, separator, rest = text.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and scheme.startswith("postgres") else text


def service_account(text: str) -> dict[str, str] | None:
    """Return a Google service account, from its JSON or from the file that `text` names; None without a text.

    Raises ValueError.
    """
    try:
        account = json.loads(text if text.startswith("{") else Path(text).read_text()) if text else None
    except (OSError, ValueError):
        account = {}
    if account is not None and not (
        isinstance(account, dict) and all(account.get(name) for name in _ACCOUNT_FIELDS)
    ):
        raise ValueError(f"is not a service account with {', '.join(_ACCOUNT_FIELDS)}")
    return account


def time_zone(text: str) -> str:
    """Return the name of a time zone of IANA. Raises ValueError."""
    if text not in available_timezones():
        raise ValueError(f"is {text!r}; it must be a time zone of IANA such as Asia/Kolkata")
    return text


def phone_region(text: str) -> str:
    """Return a region that has telephone numbers, in capitals. Raises ValueError."""
    region = text.upper()
    if region not in SUPPORTED_REGIONS:
        raise ValueError(f"is {text!r}; it must be a region of ISO 3166 such as IN")
    return region


def cloudinary_url(text: str) -> str:
    """Return the address of a Cloudinary account as it is given. Raises ValueError."""
    if text and not _CLOUDINARY.fullmatch(text):
        raise ValueError("is not cloudinary://key:secret@cloud")
    return text


def vapid_key(text: str) -> str:
    """Return the private key of Web Push as it is given, padded or not. Raises ValueError unless it has 32 bytes."""
    try:
        size = len(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        size = -1
    if size not in {0, VAPID_BYTES}:
        raise ValueError(f"is not {VAPID_BYTES} bytes in base64url")
    return text

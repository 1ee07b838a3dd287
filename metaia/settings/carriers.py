"""The carriers of LOGISTICS_WEBHOOKS: JSON from a slug to how the carrier calls, and how it is asked."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from metaia.settings.setting import Kind, Setting

EASYPOST, DELHIVERY, SHIPROCKET, STANDARD, MANUAL = (
    "easypost",
    "delhivery",
    "shiprocket",
    "standard",
    "manual",
)
CONVENTIONS = (EASYPOST, DELHIVERY, SHIPROCKET, STANDARD)
# The header with the token, for conventions without a signature; `header` of a carrier names another one.
TOKEN_HEADERS = {DELHIVERY: "Authorization", SHIPROCKET: "X-Api-Key"}
SHORTEST_SECRET = 16  # characters
_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
# Shiprocket refuses addresses with these words.
_REFUSED_BY_SHIPROCKET = ("shiprocket", "kartrocket", "sr", "kr")
_KEYS = frozenset(
    {"convention", "secret", "previousSecret", "name", "trackingUrl", "baseUrl", "apiKey", "header"}
)


@dataclass(frozen=True)
class Carrier:
    """A carrier. `secrets` verify its webhooks, the current one first; `api_key` is that for questions to it.

    `tracking_url` is the address of its own page, with `{code}` in place of the tracking code.
    """

    slug: str
    name: str
    convention: str
    secrets: tuple[str, ...] = ()
    tracking_url: str = ""
    base_url: str = ""
    api_key: str = ""
    header: str = ""

    @property
    def can_ask(self) -> bool:
        """Return whether the carrier can be asked for its scans."""
        return self.convention in {EASYPOST, DELHIVERY, SHIPROCKET} and bool(self.base_url and self.api_key)


BY_HAND = Carrier(MANUAL, "Other carrier", MANUAL)


def carriers(text: str) -> dict[str, Carrier]:
    """Return the carriers by slug; `manual` is always one of them. Raises ValueError."""
    try:
        given = json.loads(text) if text else {}
    except ValueError:
        raise ValueError("is not JSON") from None
    if not isinstance(given, dict):
        raise ValueError("is not a JSON object from slugs to carriers")  # noqa: TRY004 - as parsers do
    return {MANUAL: BY_HAND} | {slug: _carrier(slug, values) for slug, values in given.items()}


def _carrier(slug: str, values: Any) -> Carrier:
    if not _SLUG.fullmatch(slug) or slug == MANUAL:
        raise ValueError(f"has the slug {slug!r}; it must be 1 to 30 of a-z, 0-9 and -, and not {MANUAL}")
    if not isinstance(values, dict) or not all(isinstance(each, str) for each in values.values()):
        raise ValueError(f"has no object of texts for {slug}")
    if unknown := values.keys() - _KEYS:
        raise ValueError(f"has {', '.join(sorted(unknown))} for {slug}; known are {', '.join(sorted(_KEYS))}")
    convention = values.get("convention", "")
    if convention not in CONVENTIONS:
        raise ValueError(f"has no convention for {slug}; it must be one of {', '.join(CONVENTIONS)}")
    if convention == SHIPROCKET and any(word in slug for word in _REFUSED_BY_SHIPROCKET):
        raise ValueError(f"has the slug {slug}: Shiprocket refuses addresses with sr, kr and its own name")
    secrets = tuple(values[name] for name in ("secret", "previousSecret") if values.get(name))
    if not values.get("secret") or any(len(each) < SHORTEST_SECRET for each in secrets):
        raise ValueError(f"has no secret of {SHORTEST_SECRET} characters for {slug}")
    tracking_url = values.get("trackingUrl", "")
    if tracking_url and (
        "{code}" not in tracking_url or not tracking_url.startswith(("https://", "http://"))
    ):
        raise ValueError(f"has a trackingUrl for {slug} that is no address with {{code}}")
    header = values.get("header") or TOKEN_HEADERS.get(convention, "")
    if header and not _HEADER.fullmatch(header):
        raise ValueError(f"has a header for {slug} that is no name of a header")
    return Carrier(
        slug, values.get("name") or slug, convention, secrets, tracking_url, values.get("baseUrl", ""),
        values.get("apiKey", ""), header,
    )  # fmt: skip


SETTINGS = (
    Setting(
        "LOGISTICS_WEBHOOKS",
        "carriers of parcels: JSON from a slug to convention, secret, previousSecret, name, trackingUrl, baseUrl,"
        " apiKey and header; see docs/shipments.md",
        "",
        Kind("carriers", carriers, secret=True),
    ),
)

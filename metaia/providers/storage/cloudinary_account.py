"""A Cloudinary account, as CLOUDINARY_URL states it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class Account:
    """Credentials of one product environment. `secret` signs calls, addresses and notifications."""

    cloud: str
    key: str
    secret: str
    algorithm: str = "sha1"

    def options(self, base_url: str) -> dict[str, Any]:
        """Return the options of one call of the package, which would otherwise read process-wide settings."""
        return {
            "cloud_name": self.cloud,
            "api_key": self.key,
            "api_secret": self.secret,
            "upload_prefix": base_url.rstrip("/"),
            "signature_algorithm": self.algorithm,
            "signature_version": 2,  # version 1 joins parameters so that a value can contain another parameter
            "oauth_token": None,
        }


def parse(url: str) -> Account:
    """Return the account of `cloudinary://key:secret@cloud`, which settings/parsers.py has checked."""
    parts = urlsplit(url)
    algorithm = parse_qs(parts.query).get("signature_algorithm", ["sha1"])[0]
    cloud = parts.netloc.rpartition("@")[2]
    return Account(cloud, unquote(parts.username or ""), unquote(parts.password or ""), algorithm)

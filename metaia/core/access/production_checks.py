"""What production may not start with: secrets that can be guessed, and settings that are for a developer's machine."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from metaia.settings import SETTINGS
from metaia.settings.setting import KEYS

SHORTEST = 32  # characters
FEWEST = 8  # different characters, and different steps from one character to the next
# Random text contains none of these; examples, defaults and placeholders do.
WORDS = (
    "change", "default", "development", "dummy-", "example", "insecure", "metaia", "password", "passwort",
    "placeholder", "qwerty", "qwertz", "replace", "sample", "secret", "testing", "your-", "your_",
)  # fmt: skip
PREVIOUS = tuple(setting.name for setting in SETTINGS if setting.kind is KEYS)  # each a list
SECRETS = tuple(setting.name for setting in SETTINGS if setting.kind.must_be_strong)
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def weakness(secret: str) -> str | None:
    """Return the reason why `secret` is weak, without repeating any of it; None if it is strong."""
    if len(secret) < SHORTEST:
        return f"is too short: {SHORTEST} characters at least"
    if secret in (secret + secret)[1:-1]:
        return "repeats itself"
    steps = {ord(after) - ord(before) for before, after in pairwise(secret)}
    if len(set(secret)) < FEWEST or len(steps) < FEWEST:
        return "has a pattern: take random characters"
    if any(word in secret.lower() for word in WORDS):
        return "looks like an example: take random characters"
    return None


def errors(settings: Mapping[str, str]) -> list[str]:
    """Return the reasons why production may not start with `settings`, which are texts as in the environment."""
    found = [
        f"{name} {weak}"
        for name in SECRETS
        for secret in _secrets(settings, name)
        if (weak := weakness(secret))
    ]
    ours, tokens = (
        {*_secrets(settings, name), *_secrets(settings, f"{name}_PREVIOUS")}
        for name in ("SECRET_KEY", "JWT_SECRET_KEY")
    )
    if ours & tokens:
        found.append("SECRET_KEY and JWT_SECRET_KEY share a key, a present or a previous one: take two")
    if not settings["PUBLIC_BASE_URL"].startswith("https://"):
        found.append("PUBLIC_BASE_URL must begin with https://, as do the links in mails")
    if settings["STORAGE"] == "local" and not _has_own_origin(settings):
        found.append("MEDIA_BASE_URL must begin with https:// and have another host than PUBLIC_BASE_URL")
    if "*" in settings["CORS_ORIGINS"]:
        found.append("CORS_ORIGINS must list each origin: * allows every page")
    if settings["DEMO_PAYMENTS"] not in {"", "false"}:
        found.append("DEMO_PAYMENTS is for development only: orders would be paid without money")
    if settings["METAIA_DEMO_PASSWORD"]:
        found.append("METAIA_DEMO_PASSWORD is for make run only: it opens the demo accounts to everyone")
    if settings["METAIA_FAULT"]:
        found.append("METAIA_FAULT is for tests only")
    return found


def _has_own_origin(settings: Mapping[str, str]) -> bool:
    """Return whether uploaded files are served by a host of their own: a page there has no access to the API's."""
    media, api = urlsplit(settings["MEDIA_BASE_URL"]), urlsplit(settings["PUBLIC_BASE_URL"])
    return media.scheme == "https" and bool(media.hostname) and media.hostname != api.hostname


def _secrets(settings: Mapping[str, str], name: str) -> list[str]:
    """Return the secrets in a setting: at most one, or all of a list of previous keys."""
    parts = settings[name].split(",") if name in PREVIOUS else [settings[name]]
    return [part.strip() for part in parts if part.strip()]


def warnings(config: Mapping[str, Any]) -> list[str]:
    """Return doubts about `config` that do not prevent a start, for a log line at each start."""
    found: list[str] = [*config["UNREAD_SETTINGS"]]
    for name in ("DATABASE_URL", "REDIS_URL"):
        url = urlsplit(config[name])
        if (url.hostname or "localhost") not in LOCAL and not url.password and "password=" not in url.query:
            found.append(f"{name} goes to another machine without a password")
    return found

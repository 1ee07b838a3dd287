"""What production may not start with: secrets that can be guessed, and settings that are for one's own machine."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

SHORTEST = 32  # characters
FEWEST = 8  # different characters, and different steps from one character to the next
# No random text has one of these in it; examples, defaults and what is to be replaced do.
WORDS = (
    "change", "default", "development", "dummy-", "example", "insecure", "metaia", "password", "passwort",
    "placeholder", "qwerty", "qwertz", "replace", "sample", "secret", "testing", "your-", "your_",
)  # fmt: skip
PREVIOUS = ("SECRET_KEY_PREVIOUS", "JWT_SECRET_KEY_PREVIOUS")  # each a list
SECRETS = ("SECRET_KEY", "JWT_SECRET_KEY", *PREVIOUS, "METRICS_TOKEN")
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def weakness(secret: str) -> str | None:
    """Return what is weak about `secret`, in words that do not repeat any of it; None if nothing is."""
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


def objection(settings: Mapping[str, str]) -> str | None:
    """Return why production may not start with `settings`, as they are in the environment; None if it may."""
    for name in SECRETS:
        for secret in _secrets(settings, name):
            if weak := weakness(secret):
                return f"{name} {weak}"
    ours, tokens = (
        {*_secrets(settings, name), *_secrets(settings, f"{name}_PREVIOUS")}
        for name in ("SECRET_KEY", "JWT_SECRET_KEY")
    )
    if ours & tokens:
        return "SECRET_KEY and JWT_SECRET_KEY are the same, or were: take two"
    if not settings["PUBLIC_BASE_URL"].startswith("https://"):
        return "PUBLIC_BASE_URL must begin with https://, as do the links in mails"
    if "*" in settings["CORS_ORIGINS"]:
        return "CORS_ORIGINS must name origins one by one: * is every page there is"
    if settings["METAIA_FAULT"]:
        return "METAIA_FAULT is for tests only"
    return None


def _secrets(settings: Mapping[str, str], name: str) -> list[str]:
    """Return what a setting has of secrets: none, one, or of keys before as many as there are."""
    parts = settings[name].split(",") if name in PREVIOUS else [settings[name]]
    return [part.strip() for part in parts if part.strip()]


def concerns(config: Mapping[str, Any]) -> list[str]:
    """Return what is not wrong for sure, but worth a line in the log at each start."""
    found = []
    for name in ("DATABASE_URL", "REDIS_URL"):
        url = urlsplit(config[name])
        if (url.hostname or "localhost") not in HERE and not url.password and "password=" not in url.query:
            found.append(f"{name} goes to another machine without a password")
    return found

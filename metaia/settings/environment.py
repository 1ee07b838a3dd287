"""Reads settings from an environment: texts first, which production checks look at, then values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from metaia.settings import SETTINGS


class ConfigurationError(RuntimeError):
    """The environment does not allow a start; the message names the setting."""


# Names in an `.env` that was written for another backend → what replaces them here.
REPLACED = {
    **dict.fromkeys(("MONGODB_URI", "MONGO_URI", "MONGO_URL"), "DATABASE_URL: data are in PostgreSQL"),
    **dict.fromkeys(("JWT_SECRET", "JWT_REFRESH_SECRET"), "JWT_SECRET_KEY"),
    **dict.fromkeys(("NODE_ENV", "FLASK_ENV"), "METAIA_ENV"),
    **dict.fromkeys(("CORS_ORIGIN", "CLIENT_URL", "FRONTEND_URL"), "CORS_ORIGINS"),
    **dict.fromkeys(("EMAIL_HOST", "SMTP_HOST"), "SMTP_URL"),
    "TWILIO_PHONE_NUMBER": "TWILIO_FROM",
}


def unread(names: Iterable[str]) -> list[str]:
    """Return a warning for each name of another backend's setting."""
    return [f"{name} in .env is not read; set {REPLACED[name]}" for name in names if name in REPLACED]


def texts(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the text of every setting: what the environment gives, else its default."""
    stage = environment.get("METAIA_ENV", "").strip() or "development"
    return {s.name: s.text(environment.get(s.name, ""), stage=stage) for s in SETTINGS}


def refuse_missing(given: Mapping[str, str]) -> None:
    """Raise ConfigurationError if a needed setting has no text."""
    for setting in SETTINGS:
        if setting.needed and not given[setting.name]:
            raise ConfigurationError(f"{setting.name} is not set ({setting.meaning}); `make run` provides it")
    for setting in SETTINGS:
        name, _, value = setting.needed_by.partition("=")
        if name and not given[setting.name] and (given[name] == value if value else given[name]):
            raise ConfigurationError(f"{setting.name} is not set; {setting.needed_by} needs it")


def values(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the value of every setting. Raises ConfigurationError for a text that its kind cannot parse."""
    parsed = {}
    for setting in SETTINGS:
        try:
            parsed[setting.name] = setting.kind.parse(given[setting.name])
        except ValueError as error:
            raise ConfigurationError(f"{setting.name} {error}") from None
    return parsed

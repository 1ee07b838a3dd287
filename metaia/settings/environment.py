"""Reads settings from an environment: texts first, which production checks look at, then values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metaia.settings import SETTINGS


class ConfigurationError(RuntimeError):
    """The environment does not allow a start; the message names the setting."""


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
        if setting.needed_by and given[setting.needed_by] and not given[setting.name]:
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

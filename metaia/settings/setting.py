"""What a setting is: an environment variable with a kind, which gives its type and states whether it is secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from metaia.settings import parsers


@dataclass(frozen=True)
class Kind:
    """How the text of a setting is read, and how its value is treated."""

    name: str
    parse: Callable[[str], Any]
    secret: bool = False  # must not appear in logs, errors or documents
    must_be_strong: bool = False  # a key that the operator makes: production refuses a weak one


TEXT = Kind("text", str)
URL = Kind("url", str)
INTEGER = Kind("integer", parsers.integer)
FLAG = Kind("flag", parsers.flag)
NAMES = Kind("names", parsers.names)
CONSOLE_MODE = Kind("console_mode", parsers.one_of(*parsers.CONSOLE_MODES))
ORIGINS = Kind("origins", parsers.origins)
SECRET = Kind("secret", str, secret=True)  # made by a vendor
SECRET_URL = Kind("secret_url", str, secret=True)  # contains a password
KEY = Kind("key", str, secret=True, must_be_strong=True)
KEYS = Kind("keys", parsers.names, secret=True, must_be_strong=True)


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its meaning, and its value when the environment lacks it or has it empty."""

    name: str
    meaning: str
    default: str = ""
    kind: Kind = TEXT
    production_default: str = ""  # used instead of the default in production
    development_default: str = ""  # likewise in development
    needed: bool = False  # the start is refused without it
    needed_by: str = ""  # the start is refused without it if this other setting has a value, or NAME=value

    def text(self, given: str, *, stage: str) -> str:
        """Return the text to parse for what the environment gives; `stage` is METAIA_ENV."""
        defaults = {"production": self.production_default, "development": self.development_default}
        return given.strip() or defaults.get(stage, "") or self.default

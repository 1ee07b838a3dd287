"""Configuration: reads the settings in `metaia.settings` from the environment, once, for the application factory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from dotenv import dotenv_values, load_dotenv

from metaia.core.access import production_checks
from metaia.network import addresses
from metaia.settings import environment as settings
from metaia.settings.environment import ConfigurationError


class Base:
    """What is the same in every environment."""

    DEBUG = False
    TESTING = False
    LOG_JSON = True
    ONLY_HTTPS = False
    LOCAL_HOSTS: ClassVar[list[str]] = ["localhost", "127.0.0.1"]  # accepted as Host besides TRUSTED_HOSTS
    PROPAGATE_EXCEPTIONS = False
    MAX_CONTENT_LENGTH = (
        64 * 1024
    )  # bytes; the limit class of a route may set another: core/http/limit_classes.py
    RATELIMIT_HEADERS_ENABLED = False  # core/http/rate_limits.py sets the headers
    API_TITLE = "METAIA"
    API_VERSION = "1"
    OPENAPI_VERSION = "3.1.0"
    OPENAPI_URL_PREFIX = "/api"
    OPENAPI_JSON_PATH = "openapi.json"


class Development(Base):
    """A developer at a terminal: readable logs, emulators (10.0.2.2 is this machine to Android's)."""

    LOG_JSON = False
    LOCAL_HOSTS: ClassVar[list[str]] = [*Base.LOCAL_HOSTS, "10.0.2.2"]


class Testing(Base):
    """The test suite: cheap password hashes; no rate limits and no acknowledgements unless a test asks for them."""

    TESTING = True
    BCRYPT_ROUNDS = 4
    RATELIMIT_ENABLED = False
    LATENCY_SAMPLE = 0


class Production(Base):
    """No unsafe defaults."""

    ONLY_HTTPS = True
    LOCAL_HOSTS: ClassVar[list[str]] = []


ENVIRONMENTS: dict[str, type[Base]] = {
    "development": Development,
    "testing": Testing,
    "production": Production,
}


def load(environment: Mapping[str, str] | None = None, **overrides: Any) -> dict[str, Any]:
    """Return the Flask configuration for `environment` (default: the process's own and `.env`).

    Raises ConfigurationError when a value cannot be parsed or a needed one is missing.
    """
    written: Mapping[str, Any] = {}
    if environment is None:
        if os.environ.get("METAIA_ENV") != "testing":  # tests must not depend on a developer's settings
            written = dotenv_values(path := Path.cwd() / ".env")
            load_dotenv(path)
        environment = os.environ
    given = settings.texts(environment)
    if given["METAIA_ENV"] not in ENVIRONMENTS:
        raise ConfigurationError(
            f"METAIA_ENV is {given['METAIA_ENV']!r}; it must be one of {', '.join(ENVIRONMENTS)}"
        )
    settings.refuse_missing(given)
    production = given["METAIA_ENV"] == "production"
    if production and (errors := production_checks.errors(given)):
        raise ConfigurationError(errors[0])
    chosen = ENVIRONMENTS[given["METAIA_ENV"]]
    config = settings.values(given) | {key: getattr(chosen, key) for key in dir(chosen) if key.isupper()}
    config["HOSTS"] = [*config["TRUSTED_HOSTS"], urlsplit(given["PUBLIC_BASE_URL"]).hostname or ""]
    if given["STORAGE"] == "local" and (media := urlsplit(given["MEDIA_BASE_URL"]).hostname):
        config["HOSTS"].append(media)
    config["HOSTS"] += config["LOCAL_HOSTS"]
    config["HOST"] = addresses.to_listen_on(given["HOST"], production=production)
    config["TRUST_PRIVATE_ADDRESSES"] = not production and not addresses.is_loopback(config["HOST"])
    config["UNREAD_SETTINGS"] = settings.unread(written)
    config["TRUSTED_HOSTS"] = None  # Flask's own check would refuse health checks, and misses Engine.IO
    return config | overrides

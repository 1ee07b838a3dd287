"""Settings: everything METAIA reads from its environment is read here, once, and documented in one table."""

from __future__ import annotations

import json
import os
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from dotenv import load_dotenv

from metaia.core.access.production_checks import PREVIOUS, objection

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s]+")


class ConfigurationError(RuntimeError):
    """The environment does not allow a start; the message names the setting."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, what it means, and what it is when nobody sets it."""

    name: str
    meaning: str
    default: str = ""
    secret: bool = False
    needed_in_production: bool = False


SETTINGS = (
    Setting("METAIA_ENV", "development, testing or production", "development"),
    Setting("METAIA_HOME", "folder for the private PostgreSQL and Redis of `make run`", ".metaia"),
    Setting("PORT", "port of the web process", "5000"),
    Setting("DATABASE_URL", "PostgreSQL", needed_in_production=True, secret=True),
    Setting("REDIS_URL", "Redis", needed_in_production=True, secret=True),
    Setting(
        "SECRET_KEY",
        "signs links, cookies and cursors; seals second factors",
        needed_in_production=True,
        secret=True,
    ),
    Setting(
        "SECRET_KEY_PREVIOUS", "those before it, separated by commas: they still verify and open", secret=True
    ),
    Setting("JWT_SECRET_KEY", "signs access and refresh tokens", needed_in_production=True, secret=True),
    Setting(
        "JWT_SECRET_KEY_PREVIOUS",
        "those before it, separated by commas: they still verify",
        secret=True,
    ),
    Setting("PUBLIC_BASE_URL", "address under which clients reach this service", "http://127.0.0.1:5000"),
    Setting("ACCOUNT_PAGE_URL", "page that links in mails open, if not /account under PUBLIC_BASE_URL"),
    Setting(
        "TRUSTED_HOSTS",
        "names of this service beside PUBLIC_BASE_URL's; .example.com for all below",
    ),
    Setting("CORS_ORIGINS", "origins that browsers may call from, separated by commas", ""),
    Setting(
        "TRUSTED_PROXIES", "number of proxies in front whose X-Forwarded-For and -Proto are believed", "0"
    ),
    Setting(
        "RATELIMIT_ENABLED",
        "false turns rate limits, and that of connections per user, off: for load runs",
        "true",
    ),
    Setting(
        "CONNECTS_PER_MINUTE",
        "connections that one address may begin, of all kinds; a mobile network has thousands of customers behind one",
        "6000",
    ),
    Setting("SMTP_URL", "smtp://user:password@host:port, smtps:// for TLS", "", secret=True),
    Setting("MAIL_FROM", "sender of e-mails", "METAIA <no-reply@metaia.example>"),
    Setting("SENDGRID_API_KEY", "SendGrid, for e-mails", secret=True),
    Setting("SENDGRID_BASE_URL", "SendGrid's address", "https://api.sendgrid.com"),
    Setting("SENDGRID_WEBHOOK_PUBLIC_KEY", "verifies SendGrid's calls: its key, as the console shows it"),
    Setting("EMAIL_PROVIDERS", "who sends e-mails, the preferred one first: sendgrid, smtp", "sendgrid,smtp"),
    Setting("TWILIO_ACCOUNT_SID", "Twilio, for SMS; needs the next two"),
    Setting("TWILIO_AUTH_TOKEN", "calls Twilio, and verifies its calls", secret=True),
    Setting("TWILIO_FROM", "a number of ours, or the id of a messaging service (MG…)"),
    Setting("TWILIO_BASE_URL", "Twilio's address", "https://api.twilio.com"),
    Setting("VONAGE_API_KEY", "Vonage, for SMS; needs the next two"),
    Setting("VONAGE_API_SECRET", "calls Vonage", secret=True),
    Setting("VONAGE_FROM", "a number of ours, or a name"),
    Setting("VONAGE_BASE_URL", "Vonage's address", "https://api.nexmo.com"),
    Setting("VONAGE_SIGNATURE_SECRET", "verifies Vonage's calls", secret=True),
    Setting("SMS_PROVIDERS", "who sends SMS, the preferred one first: twilio, vonage", "twilio,vonage"),
    Setting(
        "FCM_CREDENTIALS",
        "Firebase, for push: a service account's JSON, or the path of its file",
        secret=True,
    ),
    Setting("FCM_BASE_URL", "Firebase's address", "https://fcm.googleapis.com"),
    Setting("VAPID_PRIVATE_KEY", "signs Web Push: 32 bytes in base64url", secret=True),
    Setting(
        "WEBPUSH_SERVICES",
        "origins of push services that may be called, separated by commas; `*.` stands for any subdomain",
        "https://fcm.googleapis.com,https://updates.push.services.mozilla.com,"
        "https://*.notify.windows.com,https://*.push.apple.com",
    ),
    Setting("EXPO_ACCESS_TOKEN", "Expo, for push", secret=True),
    Setting("EXPO_BASE_URL", "Expo's address", "https://exp.host"),
    Setting(
        "WEBHOOK_TOLERANCE_MINUTES",
        "a signed call whose time is further off is refused: old ones could be replayed",
        "5",
    ),
    Setting("ACCESS_TOKEN_MINUTES", "life of an access token", "15"),
    Setting("REFRESH_TOKEN_DAYS", "life of a refresh token", "30"),
    Setting("SESSION_DAYS", "a session that is used all the time ends after this", "365"),
    Setting(
        "REQUIRE_SECOND_FACTOR",
        "staff can do nothing without a second factor; true in production, else false, if not set",
    ),
    Setting("BCRYPT_ROUNDS", "cost of a password hash, as a power of two", "12"),
    Setting("DEFAULT_CURRENCY", "ISO 4217 currency of orders that name none", "INR"),
    Setting("ORDER_ACCEPT_MINUTES", "an order nobody accepted is cancelled after this", "30"),
    Setting("LOG_DAYS", "days for which clients may resume from a cursor", "7"),
    Setting(
        "NOTIFICATION_DAYS",
        "days for which notifications are kept, and what became of them; 0 for ever",
        "365",
    ),
    Setting("RELAY_IN_WEB", "false where `flask relay` runs as a process of its own", "true"),
    Setting(
        "METRICS_TOKEN",
        "what Prometheus sends as bearer token to /metrics; without it, admins only",
        secret=True,
    ),
    Setting(
        "LATENCY_SAMPLE",
        "one delivery in so many is acknowledged by its client, for the latency in /metrics; 0 for none",
        "1000",
    ),
    Setting("DATABASE_POOL", "PostgreSQL connections of one process", "20"),
    Setting("METAIA_FAULT", "testing only: name of the point at which the process kills itself", ""),
)


PROVIDERS = {"EMAIL_PROVIDERS": {"sendgrid", "smtp"}, "SMS_PROVIDERS": {"twilio", "vonage"}}
TOGETHER = (  # the first is of no use without the others
    ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"),
    ("VONAGE_API_KEY", "VONAGE_API_SECRET", "VONAGE_FROM"),
)


class Base:
    """What is the same everywhere."""

    DEBUG = False
    TESTING = False
    LOG_JSON = True
    ONLY_HTTPS = False
    LOCAL_HOSTS: ClassVar[list[str]] = [
        "localhost",
        "127.0.0.1",
    ]  # names under which this service may be called, too
    PROPAGATE_EXCEPTIONS = False
    MAX_CONTENT_LENGTH = 64 * 1024  # unless the class of the route says otherwise: core/http/rate_limits.py
    RATELIMIT_HEADERS_ENABLED = False  # core/http/rate_limits.py says what is left
    API_TITLE = "METAIA"
    API_VERSION = "1"
    OPENAPI_VERSION = "3.1.0"
    OPENAPI_URL_PREFIX = "/api"
    OPENAPI_JSON_PATH = "openapi.json"


class Development(Base):
    """A person at a terminal: readable logs."""

    LOG_JSON = False


class Testing(Base):
    """The test-suite: cheap password hashes; no rate limits and no acknowledgements unless a test asks for them."""

    TESTING = True
    BCRYPT_ROUNDS = 4
    RATELIMIT_ENABLED = False
    LATENCY_SAMPLE = 0


class Production(Base):
    """Nothing has a default that would be unsafe."""

    ONLY_HTTPS = True
    LOCAL_HOSTS: ClassVar[list[str]] = []


ENVIRONMENTS: dict[str, type[Base]] = {
    "development": Development,
    "testing": Testing,
    "production": Production,
}


def load(environment: Mapping[str, str] | None = None, **overrides: Any) -> dict[str, Any]:
    """Return the Flask configuration for `environment` (default: the process's own and `.env`).

    Raises ConfigurationError when a value cannot be read or production lacks one it needs.
    """
    if environment is None:
        load_dotenv(Path.cwd() / ".env")
        environment = os.environ
    raw = {s.name: environment.get(s.name, "").strip() or s.default for s in SETTINGS}
    name = raw["METAIA_ENV"]
    if name not in ENVIRONMENTS:
        raise ConfigurationError(f"METAIA_ENV is {name!r}; it must be one of {', '.join(ENVIRONMENTS)}")
    kind = ENVIRONMENTS[name]
    _refuse_missing(raw, production=kind is Production)
    if kind is Production and (reason := objection(raw)):
        raise ConfigurationError(reason)
    config = _typed(raw) | {key: getattr(kind, key) for key in dir(kind) if key.isupper()}
    config["HOSTS"] = _listed(raw["TRUSTED_HOSTS"]) + [_host(raw["PUBLIC_BASE_URL"])] + config["LOCAL_HOSTS"]
    config["TRUSTED_HOSTS"] = (
        None  # Flask's own check: it knows no exceptions, and Engine.IO's addresses pass by it
    )
    return config | overrides


def _refuse_missing(raw: Mapping[str, str], *, production: bool) -> None:
    always = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "JWT_SECRET_KEY"}
    for setting in SETTINGS:
        wanted = setting.name in always or (production and setting.needed_in_production)
        if wanted and not raw[setting.name]:
            raise ConfigurationError(f"{setting.name} is not set ({setting.meaning}); `make run` provides it")
    for first, *others in TOGETHER:
        for name in others:
            if raw[first] and not raw[name]:
                raise ConfigurationError(f"{name} is not set; {first} needs it")


def _typed(raw: Mapping[str, str]) -> dict[str, Any]:
    numbers = {name for name in raw if name.endswith(("_MINUTES", "_DAYS", "_ROUNDS", "_POOL", "_PROXIES"))}
    config: dict[str, Any] = dict(raw)
    for name in numbers | {"PORT", "LATENCY_SAMPLE", "CONNECTS_PER_MINUTE"}:
        try:
            config[name] = int(raw[name])
        except ValueError:
            raise ConfigurationError(f"{name} is {raw[name]!r}; it must be a whole number") from None
    raw = {
        **raw,
        "REQUIRE_SECOND_FACTOR": raw["REQUIRE_SECOND_FACTOR"] or str(raw["METAIA_ENV"] == "production"),
    }
    for name in ("RATELIMIT_ENABLED", "RELAY_IN_WEB", "REQUIRE_SECOND_FACTOR"):
        config[name] = raw[name].lower() not in {"false", "0", "no", "off"}
    for name in ("CORS_ORIGINS", "WEBPUSH_SERVICES", *PREVIOUS, *PROVIDERS):
        config[name] = _listed(raw[name])
    for name, known in PROVIDERS.items():
        if set(config[name]) - known:
            raise ConfigurationError(f"{name} is {raw[name]!r}; it may name {', '.join(sorted(known))}")
    config["FCM_CREDENTIALS"] = _account(raw["FCM_CREDENTIALS"])
    if len(_unpadded(raw["VAPID_PRIVATE_KEY"])) not in {0, 32}:
        raise ConfigurationError("VAPID_PRIVATE_KEY is not 32 bytes in base64url")
    for origin in config["CORS_ORIGINS"]:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise ConfigurationError(
                f"CORS_ORIGINS has {origin!r}; an origin is like https://app.example.com"
            )
    config["DATABASE_URL"] = _driver(raw["DATABASE_URL"])
    return config


def _account(text: str) -> dict[str, str] | None:
    """Read a service account of Google's, from the setting itself or from the file it names."""
    try:
        account = json.loads(text if text.startswith("{") else Path(text).read_text()) if text else None
    except (OSError, ValueError):
        account = {}
    needed = ("project_id", "client_email", "private_key", "token_uri")
    if account is not None and not (isinstance(account, dict) and all(account.get(name) for name in needed)):
        raise ConfigurationError(f"FCM_CREDENTIALS is not a service account with {', '.join(needed)}")
    return account


def _unpadded(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b"-"


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _driver(url: str) -> str:
    """Heroku and libpq say postgres:// or postgresql://; SQLAlchemy must be told to use psycopg 3."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and scheme.startswith("postgres") else url

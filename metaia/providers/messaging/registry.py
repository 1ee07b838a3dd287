"""The providers that have credentials in this installation, in the order of preference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.utils import parseaddr
from typing import Any

from flask import Flask

from metaia.providers.messaging.expo import Expo
from metaia.providers.messaging.failover import ProviderFailover
from metaia.providers.messaging.fcm import Fcm
from metaia.providers.messaging.interface import Provider
from metaia.providers.messaging.sendgrid import SendGrid
from metaia.providers.messaging.smtp import Smtp
from metaia.providers.messaging.twilio import Twilio
from metaia.providers.messaging.vonage import Vonage
from metaia.providers.messaging.webpush import WebPush

EXTENSION = "metaia.providers"
Config = dict[str, Any]

# By name: the setting that enables the provider, and a function that creates it.
FACTORIES: dict[str, tuple[str, Callable[[Config], Provider]]] = {
    "smtp": ("SMTP_URL", lambda c: Smtp(c["SMTP_URL"])),
    "sendgrid": ("SENDGRID_API_KEY", lambda c: SendGrid(c["SENDGRID_API_KEY"], c["SENDGRID_BASE_URL"])),
    "twilio": (
        "TWILIO_ACCOUNT_SID",
        lambda c: Twilio(
            c["TWILIO_ACCOUNT_SID"],
            c["TWILIO_AUTH_TOKEN"].partition(",")[0].strip(),
            c["TWILIO_FROM"],
            c["TWILIO_BASE_URL"],
        ),
    ),
    "vonage": (
        "VONAGE_API_KEY",
        lambda c: Vonage(c["VONAGE_API_KEY"], c["VONAGE_API_SECRET"], c["VONAGE_FROM"], c["VONAGE_BASE_URL"]),
    ),
    "fcm": ("FCM_CREDENTIALS", lambda c: Fcm(c["FCM_CREDENTIALS"], c["FCM_BASE_URL"])),
    "webpush": (
        "VAPID_PRIVATE_KEY",
        lambda c: WebPush(
            c["VAPID_PRIVATE_KEY"], f"mailto:{parseaddr(c['MAIL_FROM'])[1]}", c["WEBPUSH_SERVICES"]
        ),
    ),
    "expo": ("EXPO_ACCESS_TOKEN", lambda c: Expo(c["EXPO_ACCESS_TOKEN"], c["EXPO_BASE_URL"])),
}
PUSH = ("fcm", "webpush", "expo")  # each serves its own kind of device, so their order has no effect


def provider_failover(app: Flask) -> ProviderFailover:
    """Return the providers of `app`. It is one object per application: it keeps connections and breakers."""
    if EXTENSION not in app.extensions:
        app.extensions[EXTENSION] = ProviderFailover(_configured(app.config))
    found: ProviderFailover = app.extensions[EXTENSION]
    return found


def _configured(config: Config) -> Iterator[Provider]:
    for name in (*config["EMAIL_PROVIDERS"], *config["SMS_PROVIDERS"], *PUSH):
        setting, factory = FACTORIES[name]
        if config[setting]:
            yield factory(config)

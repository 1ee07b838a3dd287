"""The providers of payments that have credentials in this installation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app

from metaia.providers.errors import Technical
from metaia.providers.payments.demo import Demo
from metaia.providers.payments.interface import PaymentProvider
from metaia.providers.payments.payu import PayU
from metaia.providers.payments.razorpay import Razorpay
from metaia.providers.payments.stripe import Stripe

EXTENSION = "metaia.payment_providers"
Config = dict[str, Any]


def _razorpay(config: Config) -> Razorpay:
    return Razorpay(config["RAZORPAY_KEY_ID"], config["RAZORPAY_KEY_SECRET"], config["RAZORPAY_BASE_URL"])


def _stripe(config: Config) -> Stripe:
    return Stripe(
        config["STRIPE_SECRET_KEY"],
        config["STRIPE_PUBLISHABLE_KEY"],
        config["STRIPE_BASE_URL"],
        config["STRIPE_FILES_URL"],
    )


def _payu(config: Config) -> PayU:
    return PayU(config["PAYU_KEY"], config["PAYU_SALT"], config["PAYU_BASE_URL"], config["PAYU_PAYMENT_URL"])


def _demo(config: Config) -> Demo:
    callback = f"{config['PUBLIC_BASE_URL'].rstrip('/')}/api/webhooks/demo"
    return Demo(config["DEMO_PAYMENTS_SECRET"], config["DEMO_PAYMENTS_URL"], callback)


# By name: the settings that enable the provider, and a function that creates it. The first one is the default.
FACTORIES: dict[str, tuple[tuple[str, ...], Callable[[Config], PaymentProvider]]] = {
    "razorpay": (("RAZORPAY_KEY_ID", "RAZORPAY_KEY_SECRET"), _razorpay),
    "stripe": (("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY"), _stripe),
    "payu": (("PAYU_KEY", "PAYU_SALT"), _payu),
    "demo": (("DEMO_PAYMENTS", "DEMO_PAYMENTS_URL", "DEMO_PAYMENTS_SECRET"), _demo),
}


def available(app: Flask) -> tuple[str, ...]:
    """Return the names of the providers that are configured, the preferred one first."""
    return tuple(name for name, (needed, _) in FACTORIES.items() if all(app.config[each] for each in needed))


def provider(name: str) -> PaymentProvider:
    """Return a provider of the current application, one object each: it keeps connections.

    Raises Technical for one that is not configured.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy's own
    if name not in available(app):
        raise Technical(f"the provider {name} is not configured")
    providers: dict[str, PaymentProvider] = app.extensions.setdefault(EXTENSION, {})
    if name not in providers:
        providers[name] = FACTORIES[name][1](app.config)
    return providers[name]

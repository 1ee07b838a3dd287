"""The order of providers, and circuit breakers."""

from __future__ import annotations

import time

import pytest
from flask import Flask

from metaia.providers.messaging.failover import FAILURES_TO_OPEN, OPEN_SECONDS, CircuitBreaker
from metaia.providers.messaging.registry import EXTENSION, provider_failover
from tests.support.vendors import Vendors


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [time.monotonic()]
    monkeypatch.setattr("metaia.providers.messaging.failover.time.monotonic", lambda: moment[0])
    return moment


def test_a_breaker_opens_after_failures_in_a_row_and_lets_one_call_try_after_a_while(
    clock: list[float],
) -> None:
    breaker = CircuitBreaker()
    for _ in range(FAILURES_TO_OPEN - 1):
        breaker.failed()
    breaker.succeeded()
    for _ in range(FAILURES_TO_OPEN - 1):
        breaker.failed()
    assert not breaker.seconds_open, "not in a row"
    breaker.failed()
    assert breaker.seconds_open == OPEN_SECONDS
    clock[0] += OPEN_SECONDS
    assert not breaker.seconds_open
    breaker.failed()
    assert breaker.seconds_open == OPEN_SECONDS, "the test call has failed"
    clock[0] += OPEN_SECONDS
    breaker.succeeded()
    breaker.failed()
    assert not breaker.seconds_open


def test_providers_are_chosen_by_channel_and_kind_of_device(vendors: Vendors) -> None:
    chosen = vendors.failover("vonage", "twilio", "fcm", "webpush", "expo", "sendgrid")
    assert [provider.name for provider in chosen.for_channel("sms")] == ["vonage", "twilio"]
    assert [provider.name for provider in chosen.for_channel("push", "expo")] == ["expo"]
    assert chosen.for_channel("push", "pager") == []


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({}, []),
        ({"SMTP_URL": "smtp://x"}, ["smtp"]),
        ({"SMTP_URL": "smtp://x", "SENDGRID_API_KEY": "k"}, ["sendgrid", "smtp"]),
        (
            {"SMTP_URL": "smtp://x", "SENDGRID_API_KEY": "k", "EMAIL_PROVIDERS": ["smtp", "sendgrid"]},
            ["smtp", "sendgrid"],
        ),
        ({"SENDGRID_API_KEY": "k", "EMAIL_PROVIDERS": ["smtp"]}, []),
        (
            {"VONAGE_API_KEY": "k", "TWILIO_ACCOUNT_SID": "s", "SMS_PROVIDERS": ["vonage", "twilio"]},
            ["vonage", "twilio"],
        ),
        ({"EXPO_ACCESS_TOKEN": "t"}, ["expo"]),
    ],
)
def test_only_providers_with_credentials_exist_in_the_order_of_the_settings(
    app: Flask, monkeypatch: pytest.MonkeyPatch, settings: dict[str, object], names: list[str]
) -> None:
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)
    monkeypatch.delitem(app.extensions, EXTENSION, raising=False)
    chosen = provider_failover(app)
    assert [provider.name for provider in chosen.providers] == names
    assert provider_failover(app) is chosen, "connections and breakers are kept"
    monkeypatch.delitem(app.extensions, EXTENSION)

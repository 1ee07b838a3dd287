"""Failover between providers: the first configured provider whose circuit breaker is closed sends the message."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from metaia.providers import observing
from metaia.providers.messaging.interface import Provider

FAILURES_TO_OPEN = 5  # in a row
OPEN_SECONDS = 30.0


@dataclass
class CircuitBreaker:
    """Opens after FAILURES_TO_OPEN failures in a row. After OPEN_SECONDS it lets one call through, as a test."""

    name: str = ""
    failures: int = 0
    open_until: float = 0.0  # time.monotonic()

    def failed(self) -> None:
        """Count a failure."""
        self.failures += 1
        if self.failures >= FAILURES_TO_OPEN:
            self.open_until = time.monotonic() + OPEN_SECONDS
            observing.current().opened(self.name, OPEN_SECONDS)

    def succeeded(self) -> None:
        """Close the breaker."""
        if self.open_until:
            observing.current().closed(self.name)
        self.failures, self.open_until = 0, 0.0

    @property
    def seconds_open(self) -> float:
        """Return the seconds for which the breaker stays open; 0 if it is closed."""
        return max(0.0, self.open_until - time.monotonic())


class ProviderFailover:
    """The configured providers in the order of preference, each with its circuit breaker."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self.providers = list(providers)
        self.breakers = {provider.name: CircuitBreaker(provider.name) for provider in self.providers}

    def for_channel(self, channel: str, kind: str | None = None) -> list[Provider]:
        """Return the providers of a channel, and for push those that serve this kind of device."""
        return [p for p in self.providers if p.channel == channel and (kind is None or kind in p.kinds)]

    def available(self, providers: list[Provider]) -> list[Provider]:
        """Return those of `providers` whose breaker is closed."""
        return [provider for provider in providers if not self.breakers[provider.name].seconds_open]

    def seconds_until_available(self, providers: list[Provider]) -> float:
        """Return the seconds until the first breaker of `providers` closes."""
        return min(self.breakers[provider.name].seconds_open for provider in providers)

    def close(self) -> None:
        """Close the kept connections of all providers."""
        for provider in self.providers:
            provider.close()

"""Which provider sends: the first of its channel that is configured and whose breaker is closed."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from metaia.providers.messaging.interface import Provider

OPENS_AFTER = 5  # failures in a row
OPEN_SECONDS = 30.0


@dataclass
class Breaker:
    """Counts failures in a row; open, its provider is left alone for a while. Then one call tries."""

    failures: int = 0
    until: float = 0.0

    def failed(self) -> None:
        """Count a failure."""
        self.failures += 1
        if self.failures >= OPENS_AFTER:
            self.until = time.monotonic() + OPEN_SECONDS

    def worked(self) -> None:
        """Close."""
        self.failures, self.until = 0, 0.0

    @property
    def seconds(self) -> float:
        """Return for how long it stays open; 0 when it is closed."""
        return max(0.0, self.until - time.monotonic())


class Choice:
    """The configured providers in the order in which they are preferred, each with its breaker."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self.providers = list(providers)
        self.breakers = {provider.name: Breaker() for provider in self.providers}

    def of(self, channel: str, kind: str | None = None) -> list[Provider]:
        """Return the providers for a channel (and kind of device)."""
        return [p for p in self.providers if p.channel == channel and (kind is None or kind in p.kinds)]

    def closed(self, providers: list[Provider]) -> list[Provider]:
        """Return those of `providers` whose breaker is closed."""
        return [provider for provider in providers if not self.breakers[provider.name].seconds]

    def pause(self, providers: list[Provider]) -> float:
        """Return the seconds until the first breaker of `providers` closes."""
        return min(self.breakers[provider.name].seconds for provider in providers)

    def close(self) -> None:
        """End kept connections."""
        for provider in self.providers:
            provider.close()

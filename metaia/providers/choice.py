"""Which provider sends: the first of its channel that is configured and whose breaker is closed."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from metaia.providers.port import Provider

OPENS_AFTER = 5  # failures in a row
OPEN_SECONDS = 30.0


@dataclass
class Breaker:
    """Counts failures in a row; open, it puts its provider behind all others for a while."""

    failures: int = 0
    until: float = 0.0

    def failed(self, *, at_once: bool = False) -> None:
        """Count a failure; `at_once` opens without waiting for more (the credentials are wrong, say)."""
        self.failures += 1
        if at_once or self.failures >= OPENS_AFTER:
            self.until = time.monotonic() + OPEN_SECONDS

    def worked(self) -> None:
        """Close."""
        self.failures, self.until = 0, 0.0

    @property
    def open(self) -> bool:
        return time.monotonic() < self.until


class Choice:
    """The configured providers in the order in which they are preferred, each with its breaker."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self.providers = list(providers)
        self.breakers = {provider.name: Breaker() for provider in self.providers}

    def of(self, channel: str, kind: str | None = None) -> list[Provider]:
        """Return the providers for a channel (and kind of device), those with an open breaker last."""
        fitting = [p for p in self.providers if p.channel == channel and (kind is None or kind in p.kinds)]
        return sorted(fitting, key=lambda provider: self.breakers[provider.name].open)

"""Vendors for tests: one stub of all vendors, and providers that call it as the application would."""

from __future__ import annotations

from typing import Any

import config
from metaia.dev.stubs import credentials
from metaia.dev.stubs.server import Stub
from metaia.providers.messaging.failover import ProviderFailover
from metaia.providers.messaging.interface import Provider
from metaia.providers.messaging.registry import FACTORIES

NEEDED = dict.fromkeys(("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "JWT_SECRET_KEY"), "x" * 32)


class Vendors:
    """A stub, and the settings with its addresses. Its receipts go to `service`."""

    def __init__(self, service: str = "http://127.0.0.1:9") -> None:
        self.settings: dict[str, str] = {}
        self.stub = Stub(self.settings)
        for each in credentials.fake(self.stub.url, service).values():
            self.settings |= each
        self._made: list[Provider] = []

    def provider(self, name: str, **changes: str) -> Any:
        """Create a provider from the settings."""
        made = FACTORIES[name][1](config.load(NEEDED | self.settings | changes))
        self._made.append(made)
        return made

    def failover(self, *names: str) -> ProviderFailover:
        """Return providers in the order of preference."""
        return ProviderFailover(self.provider(name) for name in names)

    def close(self) -> None:
        """Close all created providers."""
        ProviderFailover(self._made).close()

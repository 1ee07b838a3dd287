"""Vendors of this test's own, and what comes of a message."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.messaging.interface import Message, Provider, Sent
from tests.support.vendors import Vendors


@pytest.fixture
def vendors() -> Iterator[Vendors]:
    """Give all vendors, well-behaved."""
    running = Vendors()
    with running.stub:
        yield running
        running.close()


def outcome(provider: Provider, message: Message) -> Sent | Temporary | Permanent | Technical:
    """Send, and return what came of it."""
    try:
        return provider.send(message)
    except (Temporary, Permanent, Technical) as error:
        return error

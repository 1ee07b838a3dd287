"""Stubs of vendors for one test, and the result of a message."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.messaging.interface import Message, Provider, Sent
from tests.support.vendors import Vendors


@pytest.fixture
def vendors() -> Iterator[Vendors]:
    """Give stubs of all vendors that behave correctly."""
    running = Vendors()
    with running.stub:
        yield running
        running.close()


def outcome(provider: Provider, message: Message) -> Sent | Temporary | Permanent | Technical:
    """Send, and return the result or the error."""
    try:
        return provider.send(message)
    except (Temporary, Permanent, Technical) as error:
        return error

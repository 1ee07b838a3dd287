"""A process of Node for the clients of a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clients import node


@pytest.fixture
def clients() -> Iterator[node.Process]:
    """Give a process that makes clients."""
    with node.process() as running:
        yield running

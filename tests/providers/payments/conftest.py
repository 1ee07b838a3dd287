"""The stub of the vendor that a test module names by its fixture `books`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest

from metaia.dev.stubs.server import Stub


class Books(Protocol):
    """What a vendor knows."""

    def stub(self) -> Stub:
        """Return a server with these books."""


@pytest.fixture
def stub(books: Books) -> Iterator[Stub]:
    with books.stub() as running:
        yield running

"""What the tests of the real-time path are given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.realtime.plains import Plain
from tests.support.people import World


@pytest.fixture
def connect(world: World) -> Iterator[Any]:
    made: list[Plain] = []

    def make(path: str) -> Plain:
        made.append(Plain(world, path))
        return made[-1]

    yield make
    for plain in made:
        plain.socket.shutdown()

"""What fuzzing is given: one of each who may ask, things to ask about, and an ear for what goes wrong inside."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator

import pytest

from tests.fuzz.crowd import Crowd
from tests.support import leaks
from tests.support.people import World

SETTING = "FUZZ_SEED"


@pytest.fixture
def seed() -> int:
    """Return where chance begins: always the same, unless FUZZ_SEED says otherwise ("random", or a number)."""
    wanted = os.environ.get(SETTING, "0")
    number = random.randrange(10**9) if wanted == "random" else int(wanted)
    print(f"{SETTING}={number}")  # shown when a test fails
    return number


@pytest.fixture
def crowd(world: World) -> Crowd:
    return Crowd(world)


@pytest.fixture
def complaints(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[str]]]:
    """Give a function that returns the errors and stacks that the server has written since its last call."""

    def heard() -> list[str]:
        told, shouted = capsys.readouterr()
        leaks.look("the fuzzed server's log", told + shouted)
        errors = [line for line in told.splitlines() if _is_error(line)]
        return errors + ([shouted] if "Traceback" in shouted else [])

    yield heard
    assert heard() == []


def _is_error(line: str) -> bool:
    return line.startswith("{") and json.loads(line)["level"] in {"error", "critical"}

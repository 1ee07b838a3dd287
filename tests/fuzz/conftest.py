"""Fixtures of the fuzz run: the callers with their objects, and the errors in the server's log."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator

import pytest

from tests.fuzz.callers import Callers
from tests.support import leaks
from tests.support.people import World

SETTING = "FUZZ_SEED"


@pytest.fixture
def seed() -> int:
    """Return the seed of the random generator: FUZZ_SEED ("random" or a number), 0 by default."""
    wanted = os.environ.get(SETTING, "0")
    number = random.randrange(10**9) if wanted == "random" else int(wanted)
    print(f"{SETTING}={number}")  # shown when a test fails
    return number


@pytest.fixture
def callers(world: World) -> Callers:
    return Callers(world)


@pytest.fixture
def server_errors(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[str]]]:
    """Give a function that returns the errors and stacks in the server's log since its last call."""

    def read() -> list[str]:
        out, err = capsys.readouterr()
        leaks.search("the fuzzed server's log", out + err)
        errors = [line for line in out.splitlines() if _is_error(line)]
        return errors + ([err] if "Traceback" in err else [])

    yield read
    assert read() == []


def _is_error(line: str) -> bool:
    return line.startswith("{") and json.loads(line)["level"] in {"error", "critical"}

"""One running stack for the tests that only use it; a new one for those that break it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.e2e.stack import Stack, stack
from tests.support.people import World
from tests.support.smtp_server import Mailbox


class Running(NamedTuple):
    """A whole installation."""

    stack: Stack
    mails: Mailbox


@pytest.fixture(scope="module")
def running(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Give the web process and a worker, running."""
    with stack(environment, tmp_path_factory.mktemp("stack")) as (started, mails):
        started.worker()
        started.web()
        yield Running(started, mails)


@pytest.fixture
def mails(running: Running) -> Iterator[Mailbox]:
    """Give the mailbox, and reset it afterwards."""
    yield running.mails
    running.mails.answer, running.mails.hang = None, False


@pytest.fixture
def abroad(running: Running) -> Iterator[World]:
    """Give people who call the running stack."""
    with World(running.stack.url) as people:
        yield people

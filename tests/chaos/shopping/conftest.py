"""Three web processes for the proofs of shops."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.shopping.market import WEBS, Market
from tests.e2e.stack import stack

CONNECTIONS = "40"  # to the database, of each process: one may have most of the clients


@pytest.fixture(scope="module")
def market(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Market]:
    """Give an installation with three web processes, without limits of rates, and with the SETTINGS of the module."""
    settings = environment | {"RATELIMIT_ENABLED": "false"} | getattr(request.module, "SETTINGS", {})
    with stack(settings, tmp_path_factory.mktemp("market")) as (started, _):
        started.web(WEB_CONCURRENCY=str(WEBS), DATABASE_POOL=CONNECTIONS)
        yield Market(started)

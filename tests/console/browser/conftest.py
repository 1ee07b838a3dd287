"""Chromium, and the product that it looks at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.console.browser.product import Product, started
from tests.providers.payments.stubs import razorpay
from tools.chromium import PROGRAM, Browser, Session, Tab


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip these tests where Chromium is missing; in continuous integration they fail there."""
    if PROGRAM or os.environ.get("CI") == "true":
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="needs Chromium"))


# Without rate limits: the tests log in from one address more often than people do.
SETTINGS = {"RATELIMIT_ENABLED": "false", "RAZORPAY_WEBHOOK_SECRET": razorpay.WEBHOOK_SECRET}


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Give the product as `make run` starts it, or the one that runs at BROWSER_URL."""
    if running := os.environ.get("BROWSER_URL"):
        with Product(running) as found:
            yield found
        return
    home = tmp_path_factory.mktemp("product")
    with started(home, **SETTINGS) as (url, redis_url), Product(url, redis_url) as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[[], Browser]]:
    """Give a function that returns the running Chromium; another one if it has crashed."""
    with ExitStack() as started:
        running: list[Browser] = []

        def current() -> Browser:
            if not running or not running[-1].running:
                running.append(started.enter_context(Browser()))
            return running[-1]

        yield current


@pytest.fixture
def browser(chromium: Callable[[], Browser]) -> Iterator[Session]:
    """Give a browser where nobody is logged in."""
    with chromium().session() as session:
        yield session


@pytest.fixture
def tab(browser: Session) -> Iterator[Tab]:
    """Give an empty page."""
    page = browser.open()
    yield page
    page.close()

"""Fixtures: the job in the process of the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    """Run each test in the context of the application, as a worker runs jobs."""
    with app.app_context():
        yield

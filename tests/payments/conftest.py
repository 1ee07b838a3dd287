"""Things to pay, of a type that only tests register."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.payments.purposes import Things, registered


@pytest.fixture
def things(app: Flask) -> Things:
    """Give the registered type of purposes."""
    return registered(app)

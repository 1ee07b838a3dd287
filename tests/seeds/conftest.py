"""Fixtures of these tests."""

from tests.console.browser.conftest import pytest_collection_modifyitems

__all__ = ["pytest_collection_modifyitems"]

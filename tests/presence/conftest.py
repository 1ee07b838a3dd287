"""Fixtures for tests with plain clients."""

from tests.support.plain_clients import connect

__all__ = ["connect"]

"""Fixtures for the tests of Timing's pages."""

from tests.support.plain_clients import connect

__all__ = ["connect"]

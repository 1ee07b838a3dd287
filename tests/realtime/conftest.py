"""Fixtures of the real-time path."""

from tests.support.plain_clients import connect

__all__ = ["connect"]

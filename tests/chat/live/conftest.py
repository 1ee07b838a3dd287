"""Fixtures of conversations on the screen."""

from tests.support.plain_clients import connect

__all__ = ["connect"]

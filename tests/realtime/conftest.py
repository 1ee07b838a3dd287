"""Fixtures of the real-time path."""

from tests.support.memberships import group
from tests.support.plain_clients import connect

__all__ = ["connect", "group"]

"""Limits of one client, and of one user with all clients in this process: messages per second, and connections."""

from __future__ import annotations

import time
from weakref import WeakValueDictionary

from metaia.core.errors import TooMany, declare

BURST, PER_SECOND = 40.0, 20.0  # messages of one client, at once and steadily; of its user, three times that
MAX_CONNECTIONS = 100  # of one user
declare({"too_many_connections": "This user has as many connections as one may have: close some."})


class TokenBucket:
    """Limits a rate, and allows bursts (https://en.wikipedia.org/wiki/Token_bucket)."""

    __slots__ = ("burst", "filled", "per_second", "tokens")

    def __init__(self, burst: float, per_second: float) -> None:
        self.burst, self.per_second = burst, per_second
        self.tokens, self.filled = burst, time.monotonic()

    def take(self) -> None:
        """Take one token. Raises TooMany when there is none."""
        moment = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (moment - self.filled) * self.per_second)
        self.filled = moment
        if self.tokens < 1:
            raise TooMany(retry_after=1)
        self.tokens -= 1


class UserLimits:
    """What all clients of a user share. It lives as long as one of them refers to it."""

    __slots__ = ("__weakref__", "connections", "messages")

    def __init__(self) -> None:
        self.messages = TokenBucket(3 * BURST, 3 * PER_SECOND)
        self.connections = 0


_of_users: WeakValueDictionary[str, UserLimits] = WeakValueDictionary()


class ClientLimits:
    """The limits of one client, and through it of its user."""

    __slots__ = ("_messages", "_user")

    def __init__(self, user_id: str) -> None:
        self._messages = TokenBucket(BURST, PER_SECOND)
        user = _of_users.get(user_id)
        if user is None:
            user = _of_users[user_id] = UserLimits()
        self._user = user

    def count_message(self) -> None:
        """Count a message. Raises TooMany when the client, or its user, has sent too many."""
        self._messages.take()
        self._user.messages.take()

    def add_connection(self, *, enforced: bool) -> None:
        """Count a connection. Raises TooMany when its user has too many, if the limit is `enforced`."""
        if enforced and self._user.connections >= MAX_CONNECTIONS:
            raise TooMany("Close another connection first.", code="too_many_connections", retry_after=10)
        self._user.connections += 1

    def remove_connection(self) -> None:
        """Undo `add_connection`."""
        self._user.connections -= 1

"""What one client, and one user with all their clients in this process, may do: so many at once, so many a second."""

from __future__ import annotations

import time
from weakref import WeakValueDictionary

from metaia.core.errors import TooMany, declare

BURST, PER_SECOND = 40.0, 20.0  # messages of one client, at once and steadily; of its user, three times that
MOST_CONNECTIONS = 100  # of one user
declare({"too_many_connections": "This user has as many connections as one may have: close some."})


class Bucket:
    """Counts what one client, or one user, does."""

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


class Shared:
    """What all clients of a user share; it lives as long as one of them holds it."""

    __slots__ = ("__weakref__", "connections", "messages")

    def __init__(self) -> None:
        self.messages = Bucket(3 * BURST, 3 * PER_SECOND)
        self.connections = 0


_of_users: WeakValueDictionary[str, Shared] = WeakValueDictionary()


class Allowance:
    """What one client of a user may do."""

    __slots__ = ("_messages", "_shared")

    def __init__(self, user_id: str) -> None:
        self._messages = Bucket(BURST, PER_SECOND)
        shared = _of_users.get(user_id)
        if shared is None:
            shared = _of_users[user_id] = Shared()
        self._shared = shared

    def message(self) -> None:
        """Count a message. Raises TooMany when the client, or its user, has sent too many."""
        self._messages.take()
        self._shared.messages.take()

    def enter(self, *, limited: bool) -> None:
        """Count a connection. Raises TooMany when its user has too many, if that is `limited`."""
        if limited and self._shared.connections >= MOST_CONNECTIONS:
            raise TooMany("Close another connection first.", code="too_many_connections", retry_after=10)
        self._shared.connections += 1

    def leave(self) -> None:
        """Count it no longer."""
        self._shared.connections -= 1

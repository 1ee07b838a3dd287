"""What all ways to listen have in common."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
Asks = deque[tuple[str, Any]]
Heard = Iterator[tuple[str, Json] | None]
Listen = Callable[[str, str, str | None, Asks], Heard]  # url, token, cursor, what to say
QUIET = 1.0  # seconds
PATIENCE = 8.0  # for a handshake or an answer

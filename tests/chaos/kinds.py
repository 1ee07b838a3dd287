"""Types and times that all kinds of connections have in common."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
Outgoing = deque[tuple[str, Any]]
Messages = Iterator[tuple[str, Json] | None]
Listen = Callable[[str, str, str | None, Outgoing], Messages]  # url, token, cursor, messages to send
POLL_SECONDS = 1.0  # seconds
ANSWER_SECONDS = 8.0  # for a handshake or an answer

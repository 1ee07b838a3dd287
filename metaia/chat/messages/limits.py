"""How many messages a user may send, over REST and sockets together."""

from __future__ import annotations

from limits import RateLimitItemPerMinute, RateLimitItemPerSecond

from metaia.core.access.actor import Actor
from metaia.core.errors import TooMany
from metaia.extensions import limiter

PER_USER = RateLimitItemPerMinute(60)
PER_CONVERSATION = RateLimitItemPerSecond(10, 10)  # 10 in 10 seconds, of one user; a batch counts once
_NAME = "chat"


def count(actor: Actor, conversation_id: str, messages: int = 1) -> None:
    """Count messages of a user. Raises TooMany."""
    if not limiter.enabled:
        return
    user = actor.accountable_id
    if not limiter.limiter.hit(PER_CONVERSATION, _NAME, user, conversation_id):
        raise TooMany(retry_after=PER_CONVERSATION.get_expiry())
    if not limiter.limiter.hit(PER_USER, _NAME, user, cost=messages):
        raise TooMany(retry_after=PER_USER.get_expiry())

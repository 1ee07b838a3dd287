"""What participants show each other while they have a conversation on the screen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

START, STOP = "typing:start", "typing:stop"
EXPIRES_IN = 8  # seconds, after which clients take a user as not typing any more
MOST_TYPING = 32  # participants; in a conversation of more, no typing is shown


class Companion(Protocol):
    """The part of a participant that decides about what it shows."""

    @property
    def user_id(self) -> str: ...
    @property
    def typing(self) -> bool: ...
    @property
    def presence(self) -> bool: ...
    @property
    def has_blocked(self) -> bool: ...
    @property
    def is_blocked(self) -> bool: ...


def shows_typing(user_id: str, people: Sequence[Companion]) -> bool:
    """Return whether the others see a user's typing: it takes part, shows its typing, and has blocked none of them."""
    mine = next((each for each in people if each.user_id == user_id), None)
    return (
        mine is not None
        and mine.typing
        and len(people) <= MOST_TYPING
        and not any(each.is_blocked for each in people)
    )


def shows_presence(companion: Companion) -> bool:
    """Return whether the other user sees a participant's presence."""
    return companion.presence and not companion.has_blocked

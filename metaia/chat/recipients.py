"""Rooms of conversations. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from metaia.chat.state import GROUP
from metaia.core import rooms as room_names


class Heard(Protocol):
    """The part of a conversation that decides about its rooms."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...


def room(conversation_id: str) -> str:
    """Return the room of a conversation; also the subject of its events."""
    return room_names.subject("chat", conversation_id)


def rooms(conversation: Heard, user_ids: Iterable[str]) -> list[str]:
    """Return the rooms that get every change of a conversation with these active participants.

    A group has one room, which its participants' connections join by themselves: 500 rooms in one event cost the
    relay more than 20 times as much.
    """
    own = room(conversation.id)
    return [own] if conversation.kind == GROUP else [own, *map(room_names.user, user_ids)]

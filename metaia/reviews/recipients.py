"""The rooms and users that learn of a change of a review. Pure."""

from __future__ import annotations

from typing import Protocol

from metaia.core import rooms as room_names
from metaia.reviews.state import OF_COURIER

KIND = "review"


class Addressed(Protocol):
    """The part of a review that names its users."""

    @property
    def id(self) -> str: ...
    @property
    def author_id(self) -> str | None: ...
    @property
    def partner_id(self) -> str | None: ...
    @property
    def subject_type(self) -> str: ...
    @property
    def subject_id(self) -> str: ...


def subject(review_id: str) -> str:
    """Return the subject of the events, pictures and audit entries of a review.

    It is a room of all its events, too, by which their text is found when it is deleted.
    """
    return room_names.subject(KIND, review_id)


def receiver(review: Addressed) -> str | None:
    """Return the id of the user that a review is about: the partner, or the courier."""
    return review.subject_id if review.subject_type == OF_COURIER else review.partner_id


def rooms(review: Addressed) -> list[str]:
    """Return the rooms that get every change of a review: of its author, of its receiver, and of staff."""
    users = [each for each in (review.author_id, receiver(review)) if each]
    return [subject(review.id), *map(room_names.user, users), *room_names.STAFF]

"""Recipients of an offer's events and notifications. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from metaia.core import rooms as room_names
from metaia.offers import policy
from metaia.offers.policy import Parties
from metaia.offers.state import OPEN

KIND = "offer"
# By action: the type of notification of the other side, or of both sides if the system or an admin has acted.
NOTIFY: Mapping[str, str] = {
    "create": "offer_new",
    "counter": "offer_countered",
    "revise": "offer_revised",
    "accept": "offer_accepted",
    "reject": "offer_rejected",
    "withdraw": "offer_withdrawn",
    "expire": "offer_expired",
    "cancel": "offer_cancelled",
}
TO_ANSWER = frozenset({"offer_new", "offer_countered", "offer_revised"})
TRUE_IN: Mapping[str, str] = {
    "offer_accepted": "accepted",
    "offer_rejected": "rejected",
    "offer_withdrawn": "withdrawn",
    "offer_expired": "expired",
    "offer_cancelled": "cancelled",
}


class Described(Parties, Protocol):
    """The part of an offer that decides which of its notifications are true."""

    @property
    def status(self) -> str: ...
    @property
    def round(self) -> int: ...


def subject(offer_id: str) -> str:
    """Return the subject of the events and audit entries of an offer."""
    return room_names.subject(KIND, offer_id)


def rooms(offer: Parties) -> list[str]:
    """Return the rooms that get every change of an offer: those of both sides, and staff."""
    return [room_names.user(offer.seller_id), room_names.user(offer.buyer_id), *room_names.STAFF]


def recipients(action: str, offer: Parties, by: str | None) -> Iterator[tuple[str, str]]:
    """Yield (user id, type of notification) of an action; `by` is the id of the user that acted."""
    for user_id in (offer.seller_id, offer.buyer_id):
        if user_id != by:
            yield user_id, NOTIFY[action]


def still_true(kind: str, user_id: str, round_: int, offer: Described) -> bool:
    """Return whether a notification of an offer's round that a user got earlier is still true."""
    if kind in TO_ANSWER:
        return offer.status in OPEN and offer.round == round_ and user_id == policy.taker(offer)
    return offer.status == TRUE_IN[kind]

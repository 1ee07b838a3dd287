"""The parties of a review, and what they may do. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, STAFF, Permission
from metaia.reviews.state import (
    ADMIN,
    AUTHOR,
    COURIER,
    DELETED,
    HIDDEN,
    MACHINE,
    OF_COURIER,
    PARTNER,
    READER,
    SUPPORT,
)

REVIEWS_READ = Permission("reviews.read", STAFF)  # all reviews, with their orders and reports
REVIEWS_MANAGE = Permission("reviews.manage", ADMINS)
EDITABLE = timedelta(days=14)  # after it was written


class Reviewed(Protocol):
    """The part of a review that decides what may be done with it."""

    @property
    def author_id(self) -> str | None: ...
    @property
    def partner_id(self) -> str | None: ...
    @property
    def subject_type(self) -> str: ...
    @property
    def subject_id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def has_reply(self) -> bool: ...
    @property
    def created_at(self) -> datetime: ...


def parties(actor: Actor | None, review: Reviewed) -> frozenset[str]:
    """Return the parties of an actor; a caller without an account has none."""
    if actor is None:
        return frozenset()
    if actor.may(REVIEWS_MANAGE):
        return frozenset({ADMIN})
    if actor.may(REVIEWS_READ):
        return frozenset({SUPPORT})
    if actor.id == review.author_id:
        return frozenset({AUTHOR})
    if actor.id == review.partner_id:
        return frozenset({PARTNER})
    if review.subject_type == OF_COURIER:
        return frozenset({COURIER}) if actor.id == review.subject_id else frozenset()
    return frozenset({READER})


def may_see(actor: Actor | None, review: Reviewed) -> bool:
    """Return whether an actor may read a review: published ones are public, but those of couriers."""
    mine = parties(actor, review)
    if mine & {ADMIN, SUPPORT}:
        return True
    if review.status == DELETED:
        return False
    if review.status == HIDDEN:
        return AUTHOR in mine
    return review.subject_type != OF_COURIER or bool(mine)


def sees_source(actor: Actor | None, review: Reviewed) -> bool:
    """Return whether an actor sees the order, the reports and the reason of a hidden review: its author and staff.

    The id of an order opens its public tracking page, so no one else gets it with a review.
    """
    return bool(parties(actor, review) & {ADMIN, SUPPORT, AUTHOR})


def is_editable(review: Reviewed, moment: datetime) -> bool:
    """Return whether its author may still change a review."""
    return moment < review.created_at + EDITABLE


def allowed(actor: Actor | None, review: Reviewed, moment: datetime) -> list[str]:
    """Return the actions that an actor may do now."""
    never = set() if is_editable(review, moment) else {"update"}
    never |= set() if review.has_reply else {"remove-reply"}
    if review.partner_id is None:
        never |= {"reply", "remove-reply"}  # there is no partner to answer a review of a courier
    return [each for each in MACHINE.allowed(review.status, parties(actor, review)) if each not in never]

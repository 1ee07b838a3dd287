"""Authorization rules of profiles, and their limits. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, STAFF, Permission
from metaia.core.errors import Forbidden
from metaia.shops.state import ADMIN, HIDER, MACHINE, PARTNER

PARTNERS_MANAGE = Permission(
    "partners.manage", ADMINS
)  # approve, hide and show profiles; edit the categories
PARTNERS_READ = Permission("partners.read", STAFF)  # profiles in any state
KNOWN_DAYS = 21  # for which `open_during` has the times
MAX_TAGS, MAX_PICTURES, MAX_EXCEPTIONS = 20, 12, 366
MAX_TIERS, MAX_POINTS, MAX_POSTAL_CODES = 10, 200, 500
LONGEST_CODE = 16  # characters of a postal code
MAX_KM = 50.0
MAX_PAUSE_MINUTES = 10_080  # a week


class Profile(Protocol):
    """What decides about a profile."""

    @property
    def user_id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def hidden_by_staff(self) -> bool: ...
    @property
    def paused_until(self) -> datetime | None: ...


def require_partner(actor: Actor) -> None:
    """Raise Forbidden unless `actor` is a partner, which has a profile."""
    if not actor.is_partner:
        raise Forbidden("Only partners have profiles.")


def parties(actor: Actor, shop: Profile) -> frozenset[str]:
    """Return the parties of the state machine that `actor` is for a profile."""
    found = set()
    if actor.is_partner and actor.id == shop.user_id:
        found.add(PARTNER)
        if not shop.hidden_by_staff:
            found.add(HIDER)
    if actor.may(PARTNERS_MANAGE):
        found.add(ADMIN)
    return frozenset(found)


def allowed_actions(actor: Actor, shop: Profile, moment: datetime) -> list[str]:
    """Return the actions that `actor` may perform on a profile at a moment: a pause that is over ends by itself."""
    allowed = MACHINE.allowed(shop.status, parties(actor, shop))
    if actor.is_partner and actor.id == shop.user_id:
        paused = shop.paused_until is not None and shop.paused_until > moment
        allowed.append("resume" if paused else "pause")
    return allowed

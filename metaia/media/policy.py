"""Access to media by party; subjects that a file is attached to add their own rules (uses/access.py). Pure."""

from __future__ import annotations

from typing import Protocol

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, STAFF, Permission
from metaia.media.kinds import PARTNER_FOLDERS
from metaia.media.state import ADMIN, MACHINE, OWNER

MEDIA_READ = Permission("media.read", STAFF)  # all media; reads of private ones are audited
MEDIA_MANAGE = Permission("media.manage", ADMINS)


class Owned(Protocol):
    """The part of a media object that names its owner and status."""

    @property
    def owner_id(self) -> str: ...
    @property
    def status(self) -> str: ...


def parties(actor: Actor, media: Owned) -> frozenset[str]:
    """Return the parties that `actor` is of `media`; support staff reads all media and is no party."""
    admin = {ADMIN} if actor.may(MEDIA_MANAGE) else set()
    return frozenset(admin | ({OWNER} if actor.id == media.owner_id else set()))


def allowed(actor: Actor, media: Owned) -> list[str]:
    """Return the actions that `actor` may perform next."""
    return MACHINE.allowed(media.status, parties(actor, media))


def may_use_folder(actor: Actor, folder: str) -> bool:
    """Return whether `actor` may put files into `folder`: those of partners are closed to customers."""
    return folder not in PARTNER_FOLDERS or actor.is_partner or actor.may(MEDIA_MANAGE)

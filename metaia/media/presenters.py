"""How a media object looks outside: for events without addresses, for one reader with them."""

from __future__ import annotations

from datetime import datetime

from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.media import policy, renditions
from metaia.media.kinds import IMAGE, PUBLIC, is_kept
from metaia.media.queries import Media
from metaia.media.renditions import FULL, ORIGINAL, THUMBNAILS
from metaia.media.schemas import MediaState, UsageOut
from metaia.media.serving import addresses
from metaia.media.state import HIDDEN, PROCESSING, READY

Addresses = tuple[str | None, Json | None, datetime | None]
NO_ADDRESSES: Addresses = (None, None, None)


def expires_at(media: Media) -> datetime | None:
    """Return when the file is deleted unless it is attached; the time of other sweeps concerns no client."""
    is_safe = media.attached_to or (media.status == READY and is_kept(media.visibility, media.folder))
    return None if is_safe or media.status in {PROCESSING, HIDDEN} else media.due_at


# What is the same for every viewer, and true for as long as events are kept.
common = presenter(
    MediaState,
    rename={"deleted_everywhere_at": "purged_at"},
    computed={
        "attached_to": lambda media: list(media.attached_to),
        "expires_at": lambda media: rfc3339(expires_at(media)),
    },
)

usage = presenter(UsageOut)


def shown(media: Media, actor: Actor) -> Json:
    """Return a media object as `MediaOut`: with addresses, and the actions that `actor` may perform next."""
    is_served = media.status == READY or (media.status == HIDDEN and actor.may(policy.MEDIA_READ))
    return _with(media, actor, _addresses(media) if is_served else NO_ADDRESSES)


def listed(media: Media, actor: Actor) -> Json:
    """Return a media object for a list: without addresses of files that only an audited read gives to staff."""
    return (
        shown(media, actor)
        if media.owner_id == actor.id or media.visibility == PUBLIC
        else _with(media, actor, NO_ADDRESSES)
    )


def conflict(media: Media, actor: Actor) -> Json:
    """Return the `details` of a 409: the current state of the file."""
    now = _with(media, actor, NO_ADDRESSES)
    return {key: now[key] for key in ("status", "version", "allowedActions")} | {"media": now}


def _with(media: Media, actor: Actor, found: Addresses) -> Json:
    url, thumbnails, ends = found
    return common(media) | {
        "url": url,
        "urlExpiresAt": rfc3339(ends),
        "thumbnails": thumbnails,
        "allowedActions": policy.allowed(actor, media),
    }


def _addresses(media: Media) -> Addresses:
    """Return the address of the file, those of its smaller renditions, and when the first of them ends."""
    main = addresses.address(media, FULL if media.kind == IMAGE else ORIGINAL)
    if media.kind != IMAGE:
        return main.url, None, main.expires_at
    stored = renditions.load(media.renditions)
    thumbnails = {name: addresses.address(media, name).url if name in stored else None for name in THUMBNAILS}
    return main.url, thumbnails, main.expires_at

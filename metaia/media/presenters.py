"""How a media object looks outside: for events without addresses, for one reader with them."""

from __future__ import annotations

from datetime import datetime

from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.media import policy, renditions
from metaia.media.kinds import IMAGE
from metaia.media.queries import Media
from metaia.media.renditions import FULL, ORIGINAL, THUMBNAILS
from metaia.media.schemas import MediaState
from metaia.media.serving import addresses
from metaia.media.state import HIDDEN, PROCESSING, READY

SERVED = frozenset({READY, HIDDEN})  # only staff read hidden ones


def expires_at(media: Media) -> datetime | None:
    """Return when the file is deleted unless it is attached; the time of other sweeps concerns no client."""
    return None if media.status == PROCESSING or media.attached_to else media.due_at


# What is the same for every viewer, and true for as long as events are kept.
common = presenter(
    MediaState,
    rename={"deleted_everywhere_at": "purged_at"},
    computed={
        "attached_to": lambda media: list(media.attached_to),
        "expires_at": lambda media: rfc3339(expires_at(media)),
    },
)


def shown(media: Media, actor: Actor) -> Json:
    """Return a media object as `MediaOut`: with addresses, and the actions that `actor` may perform next."""
    url, thumbnails, ends = _addresses(media) if media.status in SERVED else (None, None, None)
    return common(media) | {
        "url": url,
        "urlExpiresAt": rfc3339(ends),
        "thumbnails": thumbnails,
        "allowedActions": policy.allowed(actor, media),
    }


def conflict(media: Media, actor: Actor) -> Json:
    """Return the `details` of a 409: the current state of the file."""
    allowed = policy.allowed(actor, media)
    return {"status": media.status, "version": media.version, "allowedActions": allowed} | {
        "media": shown(media, actor)
    }


def _addresses(media: Media) -> tuple[str, Json | None, datetime | None]:
    """Return the address of the file, those of its smaller renditions, and when the first of them ends."""
    main = addresses.address(media, FULL if media.kind == IMAGE else ORIGINAL)
    if media.kind != IMAGE:
        return main.url, None, main.expires_at
    stored = renditions.load(media.renditions)
    thumbnails = {name: addresses.address(media, name).url if name in stored else None for name in THUMBNAILS}
    return main.url, thumbnails, main.expires_at

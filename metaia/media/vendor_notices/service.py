"""Applying a vendor's notice in the running transaction. Notices come twice, late, and in any order."""

from __future__ import annotations

import structlog

from metaia.media import renditions
from metaia.media.direct import service as direct_service
from metaia.media.hiding import service as hiding_service
from metaia.media.state import HIDDEN, PENDING, READY
from metaia.media.vendor_notices import queries

log = structlog.get_logger(__name__)


def arrived(store: str, key: str, size: int) -> bool:
    """Begin to process a direct upload of `size` bytes that its client has not completed; return whether it began."""
    media = queries.of_incoming(store, key)
    if media is None or media.status != PENDING or media.size != size:
        return False
    direct_service.begin_processing(media)
    return True


def lost(store: str, key: str) -> bool:
    """Report a file that was deleted at the vendor and not by us; return whether it is missing.

    The row stays as it is: an operator can restore the file from the vendor's backup.
    """
    media = queries.of_rendition(store, key)
    known = {} if media is None else renditions.load(media.renditions)
    if (
        media is None
        or media.status not in {READY, HIDDEN}
        or key not in {each.key for each in known.values()}
    ):
        return False
    log.error("a stored file is missing", store=store, media=media.id, key=key)
    return True


def refused_by_moderation(store: str, key: str) -> bool:
    """Hide a ready file that the vendor's moderation has rejected; return whether it is hidden now."""
    media = queries.of_rendition(store, key)
    if media is None or media.status != READY:
        return False
    log.warning("a file is hidden after moderation", store=store, media=media.id)
    hiding_service.hide(media)
    return True

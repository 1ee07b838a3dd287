"""Waiting for the processing of a file, and the error for a file that it has refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gevent.lock import BoundedSemaphore

from metaia.core import rooms
from metaia.core.errors import Invalid, Problem, UnsupportedMedia, declare
from metaia.media import queries
from metaia.media.queries import Media
from metaia.media.state import PROCESSING, REJECTED
from metaia.realtime import runtime

WAITING = BoundedSemaphore(200)  # requests of this process that wait for a file; others are answered at once
declare(
    {
        "corrupt": "The file is damaged, or is not what it seems to be.",
        "too_many_pixels": "The picture has too many pixels, over all its frames.",
        "too_long": "The recording, or the document, is too long.",
        "too_short": "The recording is too short.",
        "hash_mismatch": "The store has other bytes than those of the stated SHA-256.",
        "infected": "The virus scanner has found something in the file.",
        "unreadable_upload": "The upload could not be read; send the file again.",
    }
)
REFUSALS: dict[str, Callable[[], Problem]] = {
    "corrupt": partial(Invalid, "The file is damaged.", code="corrupt"),
    "unreadable": partial(Invalid, "The file could not be processed.", code="unreadable"),
    "too_many_pixels": partial(
        Invalid, "The picture is too large: 40 megapixels at most.", code="too_many_pixels"
    ),
    "too_long": partial(Invalid, "Too long: 10 minutes, or 500 pages, at most.", code="too_long"),
    "too_short": partial(Invalid, "Too short: 0.3 seconds at least.", code="too_short"),
    "infected": partial(Invalid, "The virus scanner refuses this file.", code="infected"),
    "size_mismatch": partial(
        Invalid, "The store has a file of another size than the one that was signed.", code="size_mismatch"
    ),
    "hash_mismatch": partial(
        Invalid, "The store has other bytes than those of the stated SHA-256.", code="hash_mismatch"
    ),
    "empty": partial(Invalid, "The file has no content.", code="empty"),
    "unsupported_image": partial(UnsupportedMedia, "Send a JPEG, PNG or WebP.", code="unsupported_image"),
    "unsupported_document": partial(
        UnsupportedMedia, "This document has parts that are not accepted.", code="unsupported_document"
    ),
    "unsupported_audio": partial(UnsupportedMedia, "Send one audio stream.", code="unsupported_audio"),
}


def until_processed(media_id: str, owner_id: str, seconds: float) -> Media | None:
    """Return a media object as soon as it is processed, at the latest after `seconds`; None if it does not exist.

    It listens to the feed, and holds no connection to the database while it waits. Call it outside of a transaction.
    """

    def read() -> Media | None:
        return queries.by_id(media_id)

    def is_processed(media: Media | None) -> bool:
        return media is None or media.status != PROCESSING

    if seconds <= 0 or not WAITING.acquire(blocking=False):
        return read()
    try:
        return runtime.current().feed.read_when([rooms.user(owner_id)], seconds, read, is_processed)
    finally:
        WAITING.release()


def refusal(media: Media) -> Problem | None:
    """Return the error for a file that was rejected by the processing, None for all others."""
    if media.status != REJECTED:
        return None
    make = REFUSALS.get(media.reason or "", REFUSALS["corrupt"])
    problem = make()
    problem.details = {"mediaId": [media.id]}  # the details of a 422 are lists
    return problem

"""Processing one file, so that a kill between any two lines loses nothing and leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import current_app

from metaia.core import fault_injection
from metaia.media.processing import child, folders, outputs, results, scan, source
from metaia.media.processing.scan import ScanUnavailable
from metaia.media.queries import Media
from metaia.media.sandbox.refusal import Refused
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.storage import registry

INFECTED = "infected"
# The file is not the reason of these, so they count as no try.
ELSEWHERE = (Temporary, Permanent, Technical, ScanUnavailable, child.NotStarted)


def process(media_id: str) -> None:
    """Make a received file ready, or reject it. Raises what should make the job try again later."""
    media = results.claim(media_id)
    if media is None:
        return
    fault_injection.point("media_claimed")
    try:
        with folders.temporary(folders.root(current_app.config["METAIA_HOME"])) as folder:
            _process(media, folder)
    except Refused as refused:
        results.refuse(media.id, refused.code)
    except ELSEWHERE:
        results.give_back(media.id)
        raise
    except (child.Interrupted, source.Missing):
        if media.tries + 1 < results.MOST_TRIES:
            raise
        results.refuse(media.id, results.UNREADABLE)


def _process(media: Media, folder: Path) -> None:
    """Read, scan, check and store one file. Raises Refused, and errors of the store, the scanner and the child."""
    store = registry.store(current_app, media.store)
    received = source.read(media, store, folder / "received")
    if media.incoming_key:
        media = replace(media, content_type=source.recognized(media, received))
    if (url := current_app.config["CLAMD_URL"]) and scan.is_infected(url, received.path):
        raise Refused(INFECTED)
    (made := folder / "made").mkdir()
    outcome = child.run(media.kind, media.content_type, received.path, made)
    if outcome.refused:
        raise Refused(outcome.refused)
    fault_injection.point("media_checked")
    planned = outputs.plan(media, received, outcome)
    outputs.announce(media, planned)
    fault_injection.point("media_announced")
    outputs.put(planned, store)
    fault_injection.point("media_stored")
    results.accept(media, received, outcome, planned)

"""Publishing a change of a media object."""

from __future__ import annotations

from metaia.core import rooms
from metaia.media import presenters
from metaia.media.queries import Media
from metaia.media.state import PENDING, PROCESSING
from metaia.media.uses import registry
from metaia.realtime import events


def updated(media: Media, *, former_uses: tuple[str, ...] = ()) -> None:
    """Record `upload:updated` in the running transaction. `former_uses` are subjects that it no longer is attached to.

    The owner gets every change; the rooms of its subjects get those after the processing.
    """
    audience = [rooms.user(media.owner_id)]
    if media.status not in {PENDING, PROCESSING}:
        subjects = (*media.attached_to, *former_uses)
        audience += [room for subject in subjects for room in registry.rooms_of(subject)]
    events.record(
        "upload.updated",
        {"media": presenters.common(media)},
        audience=audience,
        subject=rooms.subject("media", media.id),
    )

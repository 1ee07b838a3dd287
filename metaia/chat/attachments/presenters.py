"""Attachments as clients see them, without addresses that end: they are in events that are kept."""

from __future__ import annotations

from collections.abc import Collection

from metaia.chat.attachments import queries
from metaia.chat.attachments.queries import Listed
from metaia.chat.attachments.schemas import ListedAttachmentOut
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.media import renditions
from metaia.media.kinds import IMAGE
from metaia.media.queries import Media
from metaia.media.renditions import FULL, ORIGINAL
from metaia.media.state import READY

THUMBNAIL = 320  # pixels
_message = presenter(ListedAttachmentOut, without=["attachment"])


def attachment(media: Media, name: str | None) -> Json:
    """Return a file of a message as `AttachmentOut`; until it is ready, type and size are those of the upload."""
    stored = renditions.load(media.renditions).get(FULL if media.kind == IMAGE else ORIGINAL)
    url = f"/api/media/{media.id}/content" if media.status == READY else None
    return {
        "mediaId": media.id,
        "kind": media.kind,
        "name": name or media.filename,
        "mimeType": stored.content_type if stored else media.content_type,
        "bytes": stored.size if stored else media.size,
        "width": media.width,
        "height": media.height,
        "duration": media.duration,
        "url": url,
        "thumbnailUrl": f"{url}?width={THUMBNAIL}" if url and media.kind == IMAGE else None,
    }


def of_messages(message_ids: Collection[str]) -> dict[str, list[Json]]:
    """Return the attachments of messages as `AttachmentOut`; messages without any are left out."""
    found = queries.of_messages(message_ids)
    return {message_id: [attachment(*each) for each in files] for message_id, files in found.items()}


def listed(found: Listed) -> Json:
    """Return an attachment with its message, as `ListedAttachmentOut`."""
    row, media = found
    return _message(row) | {"attachment": attachment(media, row.name)}

"""Pictures of services, as public as the services."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update

from metaia.bookings.services import queries
from metaia.bookings.services.models import ServiceRow
from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.times import now
from metaia.media.uses import service as use_service
from metaia.media.uses.registry import SubjectKind, no_rooms

KIND, ROLE = "service", "picture"


def attach(actor: Actor, service_id: str, media_ids: Sequence[str]) -> list[str]:
    """Attach pictures to a service instead of those that it has; return their ids.

    Raises Invalid (`unknown_media`).
    """
    return use_service.replace_pictures(actor, media_ids, subject=rooms.subject(KIND, service_id), role=ROLE)


def _may_see(_: Actor, service_id: str) -> bool:
    return queries.get(service_id) is not None


def _removed(service_id: str, media_id: str) -> None:
    """Take a deleted picture from its service, which is row-locked."""
    service = queries.to_change(service_id)
    if service is not None:
        left = [each for each in service.media_ids if each != media_id]
        values = {"media_ids": left, "version": service.version + 1, "updated_at": now()}
        db.execute(update(ServiceRow).where(ServiceRow.id == service_id).values(**values))


def _lock(service_id: str) -> None:
    queries.to_change(service_id)


SUBJECTS = SubjectKind(_may_see, no_rooms, _removed, _lock)

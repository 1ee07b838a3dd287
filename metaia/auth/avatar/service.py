"""The profile picture: a public picture of the user, attached to the account. `users.avatar` names its file."""

from __future__ import annotations

from metaia.core import rooms
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid
from metaia.media import renditions
from metaia.media.kinds import IMAGE, PUBLIC
from metaia.media.renditions import SMALL
from metaia.media.uses import service as use_service
from metaia.media.uses.registry import SubjectKind
from metaia.users import pictures
from metaia.users import queries as user_queries
from metaia.users import service as user_service

ROLE, FIELD = "avatar", "avatarMediaId"
KIND = "user"  # of subjects


def choose(actor: Actor, media_id: str | None) -> str | None:
    """Make a picture the actor's only one in the running transaction; return the value of `users.avatar`.

    The former picture is deleted later, unless it is attached to something else. Raises Invalid (`unknown_media`).
    """
    subject = rooms.subject(KIND, actor.id)
    if media_id is None:
        use_service.detach(subject, role=ROLE)
        return None
    use_service.detach(subject, role=ROLE, but=media_id)
    [media] = use_service.attach(actor, [media_id], subject=subject, role=ROLE, kinds={IMAGE}, field=FIELD)
    if media.visibility != PUBLIC:
        raise Invalid(details={FIELD: ["Must be a public picture: upload it to the folder `profile`."]})
    return pictures.stored(media.store, renditions.load(media.renditions)[SMALL].key)


def _may_see(actor: Actor, user_id: str) -> bool:
    return actor.id == user_id  # profile pictures are public anyway


def _rooms(user_id: str) -> list[str]:
    return [rooms.user(user_id)]


def _removed(user_id: str, media_id: str) -> None:  # noqa: ARG001 - a user has one picture
    person = user_queries.to_change(user_id)
    if person is not None:
        user_service.change(person, avatar=None)


def _lock(user_id: str) -> None:
    user_queries.to_change(user_id)


SUBJECTS = SubjectKind(_may_see, _rooms, _removed, _lock)

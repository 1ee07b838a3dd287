"""Routes of announcements: of admins, and of the users that see them."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response

from metaia.core.access.actor import current
from metaia.core.errors import Conflict
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.jobs import registry as job_registry
from metaia.notifications import registry as notification_registry
from metaia.notifications.announcements import drafts, events, jobs, presenters, queries, schemas, service
from metaia.notifications.announcements.notifications import ANNOUNCEMENT
from metaia.notifications.announcements.policy import ANNOUNCEMENTS_SEND
from metaia.notifications.announcements.queries import Announcement
from metaia.presence import service as presence
from metaia.realtime import catalogue
from metaia.users import queries as user_queries

TEXTS = WRITE.with_body(128 * 1024)  # in three languages

blp = Blueprint(
    "announcements", __name__, url_prefix="/api/admin/announcements", description="Announcements, for admins"
)
shown = Blueprint(
    "shown_announcements", __name__, url_prefix="/api/announcements", description="Announcements"
)
EXAMPLE = {
    "audience": {"roles": ["customer"]},
    "level": "maintenance",
    "content": {"en": {"title": "Maintenance tonight", "message": "Orders pause from 02:00 to 02:30."}},
    "endsAt": "2199-01-01T00:00:00Z",
}


@blp.endpoint(
    "POST",
    "",
    body=schemas.Announce,
    example=EXAMPLE,
    returns=schemas.One,
    status=201,
    also_returns=(200, schemas.Previewed, "Without `confirm`: what would be sent"),
    limit=TEXTS,
    access=ANNOUNCEMENTS_SEND,
    fails=(Conflict,),
    idempotent=True,
)
def create(body: Json) -> Response:
    """Announce something. Without `confirm` nothing is sent: the answer has the texts and the number of users."""
    actor = current()
    if body["confirm"] is not None:
        return _one(service.create(actor, body), status=201)
    made = drafts.preview(actor, body)
    texts = [presenters.shown(made.draft, language) for language in sorted(made.draft.content)]
    return answer(preview=texts, recipients=made.recipients, online=_online(made.draft))


@blp.endpoint(
    "GET",
    "",
    query=schemas.AnnouncementsQuery,
    returns=schemas.Many,
    limit=READ,
    access=ANNOUNCEMENTS_SEND,
)
def get_many(query: Json) -> Response:
    """All announcements, newest first, with the number of users that have dismissed each."""
    actor = current()

    def fetch(**options: Any) -> Any:
        rows, following = queries.page(**options)
        dismissed = queries.dismissals([row.id for row in rows])
        return [(row, dismissed.get(row.id, 0)) for row in rows], following

    return listing(
        "announcements", query, fetch, lambda pair: presenters.announcement(pair[0], actor, pair[1])
    )


@blp.endpoint(
    "PATCH",
    "/<id:announcement_id>",
    body=schemas.EditAnnouncement,
    example={"endsAt": "2199-01-01T00:00:00Z"},
    returns=schemas.One,
    limit=TEXTS,
    access=ANNOUNCEMENTS_SEND,
)
def edit(body: Json, announcement_id: str) -> Response:
    """Change the text or the end; clients that show it get the new one."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.edit(current(), announcement_id, body, version=version))


@blp.endpoint(
    "POST",
    "/<id:announcement_id>/revoke",
    body=schemas.ChangeAnnouncement,
    returns=schemas.One,
    limit=WRITE,
    access=ANNOUNCEMENTS_SEND,
)
def revoke(body: Json, announcement_id: str) -> Response:
    """Let clients hide it at once; a scheduled one is never sent."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.revoke(current(), announcement_id, version=version))


@shown.endpoint("GET", "", returns=schemas.Shown, limit=READ)
def get_shown() -> Response:
    """The live announcements that I have not dismissed, in my language, for clients that start; newest first."""
    actor = current()
    locale = user_queries.locale(actor.id)
    return answer(announcements=[presenters.shown(this, locale) for this in queries.shown_to(actor)])


@shown.endpoint(
    "PUT", "/<id:announcement_id>/dismiss", returns=schemas.Dismissed, limit=WRITE, fails=(Conflict,)
)
def dismiss(announcement_id: str) -> Response:
    """Hide an announcement for good, on all my devices."""
    service.dismiss(current(), announcement_id)
    return answer()


def _one(this: Announcement, *, status: int = 200) -> Response:
    dismissed = queries.dismissals([this.id]).get(this.id, 0)
    return answer_versioned(
        this.version, status=status, announcement=presenters.announcement(this, current(), dismissed)
    )


def _online(draft: Announcement) -> int | None:
    """Return how many users of an audience are connected; None without Redis."""
    known = presence.current()
    if draft.user_ids is None:
        return known.count(draft.roles)
    statuses = known.known(queries.presence_names(draft.user_ids))
    return None if None in statuses else sum(status != "offline" for status in statuses)


def register(app: Flask, api: Any) -> None:
    """Register announcements with the application."""
    catalogue.register(app, *events.EVENTS)
    notification_registry.register(app, ANNOUNCEMENT)
    job_registry.register(app, jobs)
    for blueprint in (blp, shown):
        api.register_blueprint(blueprint)

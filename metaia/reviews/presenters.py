"""Reviews as JSON: what is public, and what their author and staff see in addition."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.reviews import policy
from metaia.reviews.fields import ReviewOut
from metaia.reviews.queries import Review

# In the payload of events, for the view of each receiver; `shown` takes them away.
INTERNAL = ("authorId", "orderId", "bookingId", "hideReason")


class ShownReview:
    """The part of a review that decides what may be done with it, read from the payload of an event."""

    def __init__(self, review: Json) -> None:
        self.author_id: str | None = review["authorId"]
        self.partner_id: str | None = review["partnerId"]
        self.subject_type: str = review["subject"]["type"]
        self.subject_id: str = review["subject"]["id"]
        self.status: str = review["status"]
        self.has_reply: bool = review["reply"] is not None
        self.created_at = datetime.fromisoformat(review["createdAt"])


def public_name(name: str | None) -> str | None:
    """Return the first name and the initial of the last one, as `Priya S.`, or None without a name."""
    words = (name or "").split()
    return None if not words else words[0] if len(words) == 1 else f"{words[0]} {words[-1][0]}."


def _author(this: Review) -> Json | None:
    name = public_name(this.author_name) if this.author_id else None
    return None if name is None else {"name": name}


def _reply(this: Review) -> Json | None:
    return None if this.reply is None else {"text": this.reply, "at": rfc3339(this.replied_at)}


_SOURCE = ("order_id", "booking_id", "hide_reason")
_public = presenter(
    ReviewOut,
    computed={
        "subject": lambda this: {"type": this.subject_type, "id": this.subject_id},
        "author": _author,
        "reply": _reply,
    },
    without=["allowed_actions", *_SOURCE],
)


def review(this: Review, actor: Actor | None) -> Json:
    """Return a review as `actor` sees it."""
    shown = _public(this) | {"allowedActions": policy.allowed(actor, this, now())}
    return shown | _source(this) if policy.sees_source(actor, this) else shown


def conflict(this: Review, actor: Actor) -> Json:
    """Return the `details` of a 409: the current review."""
    shown = review(this, actor)
    return {key: shown[key] for key in ("status", "version", "allowedActions")} | {"review": shown}


def for_event(this: Review) -> Json:
    """Return a review for the payload of an event, with what the view of a receiver needs."""
    internal: Json = {"authorId": this.author_id, "orderId": this.order_id, "bookingId": this.booking_id}
    return _public(this) | internal | {"hideReason": this.hide_reason}


def as_seen(payload: Json, actions: list[str], *, with_source: bool) -> Json:
    """Return the review of an event as a receiver with these actions sees it."""
    hidden = {key: payload[key] for key in INTERNAL}
    shown = {key: value for key, value in payload.items() if key not in hidden} | {"allowedActions": actions}
    source = {key: value for key, value in hidden.items() if key != "authorId" and value is not None}
    return shown | source if with_source else shown


def _source(this: Review) -> Json:
    known: dict[str, Any] = {
        "orderId": this.order_id,
        "bookingId": this.booking_id,
        "hideReason": this.hide_reason,
    }
    return {key: value for key, value in known.items() if value is not None}

"""Event types of reviews."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.access.actor import Actor
from metaia.core.http.fields import Schema
from metaia.core.times import now
from metaia.realtime.catalogue import EventType, Payload
from metaia.reviews import policy, presenters
from metaia.reviews.fields import ReviewOut
from metaia.reviews.state import MACHINE


class ReviewUpdate(Schema):
    """`review:created` and `review:updated`."""

    review_id = fields.UUID(required=True)
    action = fields.String(required=True, validate=validate.OneOf(("create", *MACHINE.actions)))
    review = fields.Nested(ReviewOut, required=True)
    updated_at = fields.AwareDateTime(required=True)


class ByParty:
    """Renders one packet per set of `allowedActions`, with the order for the author and staff only."""

    def key(self, payload: Payload, actor: Actor) -> str:
        """Return whether the viewer sees the order, and the allowed actions, joined."""
        review = presenters.ShownReview(payload["review"])
        source = "source" if policy.sees_source(actor, review) else "public"
        return " ".join([source, *policy.allowed(actor, review, now())])

    def show(self, payload: Payload, key: str) -> Payload:
        """Return the payload with the review as the viewer sees it."""
        source, *actions = key.split(" ")
        review = presenters.as_seen(payload["review"], actions, with_source=source == "source")
        return {**payload, "review": review}


_RECEIVERS = "its author, its partner or courier, and staff"
EVENTS = (
    EventType(
        "review.created", "review:created", ReviewUpdate, "A review was written.", _RECEIVERS, ByParty()
    ),
    EventType(
        "review.updated",
        "review:updated",
        ReviewUpdate,
        "A review was changed, answered, hidden or deleted.",
        _RECEIVERS,
        ByParty(),
    ),
)

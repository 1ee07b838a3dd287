"""The event of announcements in the event catalogue."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.notifications.announcements import policy, presenters
from metaia.notifications.announcements.schemas import SystemNotification
from metaia.realtime.catalogue import EventType, Payload


class ByLanguage:
    """Renders one packet per language."""

    def key(self, payload: Payload, actor: Actor) -> str:
        """Return the language of the text for a viewer."""
        return policy.language(payload["content"], actor.locale)

    def show(self, payload: Payload, key: str) -> Payload:
        """Return the payload with the text in that language."""
        return presenters.in_language(payload, key)


EVENTS = (
    EventType(
        "system.notification",
        "system:notification",
        SystemNotification,
        "An announcement was made, changed or revoked.",
        "everyone, or its roles or users",
        ByLanguage(),
    ),
)

"""Notification types about bookings; the texts are in `templates/`."""

from __future__ import annotations

from typing import Any

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, SMS, NotificationType

CATEGORY = "booking"
STILL_TRUE = "booking"  # key of the check in publish.py, which the domain registers
_OPEN = ("open_booking",)
_SAMPLE = {
    "bookingId": "01a1f86b-752e-753f-ab3a-936f1e472419",
    "bookingNumber": "B100001",
    "status": "confirmed",
    "service": "Haircut",
    "startsAt": "2026-10-10T17:00:00Z",
    "endsAt": "2026-10-10T18:00:00Z",
    "timeZone": "Europe/Paris",
    "zoneDiffers": True,
    "forPartner": False,
    "previousStartsAt": "2026-10-10T15:00:00Z",
    "proposedStartsAt": "2026-10-11T08:00:00Z",
    "heldUntil": "2026-10-09T12:15:00Z",
    "rulesChanged": False,
    "note": "See you then.",
}
_SCREENS = (IN_APP, PUSH)
_MAILBOX = (IN_APP, EMAIL, PUSH)
_EVERYWHERE = (IN_APP, EMAIL, SMS, PUSH)


def _type(name: str, channels: tuple[str, ...] = _MAILBOX, **options: Any) -> NotificationType:
    return NotificationType(
        name, CATEGORY, channels, actions=_OPEN, sample=_SAMPLE, still_true=STILL_TRUE, **options
    )


NOTIFICATION_TYPES = (
    _type("booking_requested", urgent=True, fallback=(SMS, 120)),  # without an answer it expires
    _type("booking_confirmed"),
    _type("booking_declined"),
    _type("booking_cancelled"),
    _type("booking_moved"),
    _type("booking_move_proposed"),
    _type("booking_move_declined"),
    _type("booking_expired"),
    _type("booking_lost"),
    _type("booking_offered", _EVERYWHERE, urgent=True),  # kept for a few minutes only
    _type("booking_no_show", _SCREENS),
    _type("booking_reminder", _EVERYWHERE),
)

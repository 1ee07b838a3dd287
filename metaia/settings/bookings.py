"""Settings of bookings."""

from metaia.settings import parsers
from metaia.settings.setting import INTEGER, Kind, Setting

SETTINGS = (
    Setting("BOOKING_HOLD_MINUTES", "a booking that is not paid ends after this", "10", INTEGER),
    Setting(
        "CALENDAR_FEED_DAYS",
        "days of the past and of the future in a calendar feed",
        "30,365",
        Kind("feed_days", parsers.two_integers),
    ),
    Setting("BOOKING_ANSWER_HOURS", "a request or proposal without an answer ends after this", "24", INTEGER),
)

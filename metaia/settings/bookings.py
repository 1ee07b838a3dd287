"""Settings of bookings."""

from metaia.settings.setting import INTEGER, Setting

SETTINGS = (
    Setting("BOOKING_HOLD_MINUTES", "a booking that is not paid ends after this", "10", INTEGER),
    Setting("BOOKING_ANSWER_HOURS", "a request or proposal without an answer ends after this", "24", INTEGER),
)

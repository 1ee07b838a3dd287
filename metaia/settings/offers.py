"""Settings of offers."""

from metaia.settings.setting import INTEGER, Setting

SETTINGS = (
    Setting(
        "OFFER_HOURS",
        "a round of an offer that names no other time can be accepted for this long",
        "48",
        INTEGER,
    ),
)

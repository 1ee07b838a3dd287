"""Settings of finance."""

from metaia.settings import parsers
from metaia.settings.setting import Kind, Setting

SETTINGS = (
    Setting(
        "FINANCE_TIMEZONE",
        "IANA time zone of the days of commissions, due dates and statements",
        "Asia/Kolkata",
        Kind("time_zone", parsers.time_zone),
    ),
)

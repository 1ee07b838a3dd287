"""Settings of analytics."""

from metaia.settings import parsers
from metaia.settings.setting import Kind, Setting


def _time_zone(text: str) -> str:
    return parsers.time_zone(text) if text else ""


SETTINGS = (
    Setting(
        "ANALYTICS_TIMEZONE",
        "IANA time zone of the days of figures, and of active users; by default FINANCE_TIMEZONE",
        kind=Kind("time_zone", _time_zone),
    ),
)

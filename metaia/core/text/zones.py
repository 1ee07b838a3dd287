"""Names of time zones: as IANA spells them, from any case and from Windows."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from babel.core import get_global

# Read at import, because it reads many files. "localtime" is the server's own time zone.
NAMES = available_timezones() - {"localtime", "Factory"}
# Names of offsets and abbreviations: `EST` is no place, and has no summer time.
_NO_PLACE = re.compile(
    r"Etc/.*|[A-Z]{2}T|[A-Z]ST([0-9][A-Z]DT)?|GMT([+-]?0)?|UCT|UTC|Universal|Zulu|Greenwich"
)
_BY_TEXT = {name.lower(): name for name in NAMES}
_WINDOWS = {name.lower(): zone for name, zone in get_global("windows_zone_mapping").items()}


def named(text: str) -> str | None:
    """Return the name of a zone as IANA spells it, None if there is none."""
    wanted = text.strip().lower()
    return _BY_TEXT.get(wanted) or _BY_TEXT.get(_WINDOWS.get(wanted, "").lower())


def of_place(text: str) -> str | None:
    """Return the name of a place's zone as IANA spells it, or `UTC`; None for offsets, abbreviations and no name."""
    name = named(text)
    return None if name is None or (_NO_PLACE.fullmatch(name) and name != "UTC") else name

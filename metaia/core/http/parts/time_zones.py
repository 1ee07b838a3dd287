"""Time zones of places in bodies."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from metaia.core.errors import Invalid, declare
from metaia.core.text import zones

declare({"zone_unknown": "There is no time zone of this name, or it is that of an offset and of no place."})


def zone(**kwargs: Any) -> fields.String:
    """Return the field of a time zone's name, which the service looks up with `require_zone`."""
    description = "an IANA name of a place, or UTC; 422 `zone_unknown` otherwise"
    return fields.String(validate=validate.Length(max=60), metadata={"description": description}, **kwargs)


def require_zone(name: str) -> str:
    """Return the name of a zone as IANA spells it. Raises Invalid (`zone_unknown`)."""
    found = zones.of_place(name)
    if found is None:
        details = {"timeZone": ["Not the IANA name of a place, such as Europe/Berlin."]}
        raise Invalid("There is no such time zone.", code="zone_unknown", details=details)
    return found

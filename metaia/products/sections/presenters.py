"""Sections as JSON."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.products.records import Section
from metaia.products.sections.schemas import SectionOut

section = presenter(SectionOut)


def conflict(found: Section) -> Json:
    """Return the `details` of a 409: the current section."""
    return {"version": found.version, "section": section(found)}

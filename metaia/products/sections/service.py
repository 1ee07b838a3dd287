"""Changes of sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import delete as delete_rows

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid, NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.products import policy, publish, queries
from metaia.products.models import SectionRow
from metaia.products.records import Section
from metaia.products.sections import presenters


def of_partner(partner_id: str) -> list[Section]:
    """Return the sections of a partner, in the order of its menu."""
    return queries.sections_where(SectionRow.partner_id == partner_id)


def create(actor: Actor, given: Json) -> Section:
    """Add a section, by default the last one. Raises what changes of products raise."""
    partner_id = policy.partner_of(actor, given.pop("partner_id"))
    moment = now()
    with db.transaction():
        publish.lock(partner_id)
        others = of_partner(partner_id)
        policy.require_room(len(others), policy.MAX_SECTIONS, "sections")
        last = max((section.position for section in others), default=-1)
        values: Json = {"position": last + 1} | given
        section = Section(new_id(), partner_id, version=1, created_at=moment, updated_at=moment, **values)
        db.append(SectionRow, **asdict(section))
        publish.changed(actor, partner_id, "create_section")
    return section


def change(actor: Actor, section_id: str, changes: Json, version: versions.Expected) -> Section:
    """Change a section. Raises what changes of products raise."""
    with db.transaction():
        before = _to_change(actor, section_id, version)
        after = replace(before, **changes)
        return before if after == before else _store(actor, [after])[0]


def delete(actor: Actor, section_id: str, version: versions.Expected) -> Section:
    """Delete a section; its products are in no section then."""
    with db.transaction():
        found = _to_change(actor, section_id, version)
        db.execute(delete_rows(SectionRow).where(SectionRow.id == section_id))
        publish.changed(actor, found.partner_id, "delete_section")
    return found


def arrange(actor: Actor, given: Json) -> list[Section]:
    """Put all sections of a partner in an order. Raises Invalid unless exactly its sections are named."""
    partner_id = policy.partner_of(actor, given["partner_id"])
    with db.transaction():
        publish.lock(partner_id)
        before = queries.by_id(of_partner(partner_id))
        if sorted(before) != sorted(given["ids"]):
            raise Invalid(details={"ids": ["Must be all sections of the partner, each once."]})
        wanted = [replace(before[each], position=place) for place, each in enumerate(given["ids"])]
        moved = {after.id: after for after in wanted if after != before[after.id]}
        if moved:
            moved = queries.by_id(_store(actor, [*moved.values()]))
        return [moved.get(each.id, each) for each in wanted]


def _store(actor: Actor, sections: Sequence[Section]) -> list[Section]:
    moment = now()
    stored = [replace(each, version=each.version + 1, updated_at=moment) for each in sections]
    for section in stored:
        db.change(SectionRow, **asdict(section))
    publish.changed(actor, stored[0].partner_id, "change_section")
    return stored


def _to_change(actor: Actor, section_id: str, version: versions.Expected) -> Section:
    found = _get(section_id)
    policy.require_change(actor, found.partner_id)
    publish.lock(found.partner_id)
    current = _get(section_id)  # as it is now that nothing else changes it
    versions.require(version, current.version, "section", lambda: presenters.conflict(current))
    return current


def _get(section_id: str) -> Section:
    for section in queries.sections_where(SectionRow.id == section_id):
        return section
    raise NotFound("There is no such section.")

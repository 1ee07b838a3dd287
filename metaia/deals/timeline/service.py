"""Pages of the timeline of a deal: refs in the order of the log, filled by one fetch per kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from metaia.chat.participants import queries as participant_queries
from metaia.chat.policy import shown_name
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.deals import policy, service
from metaia.deals.timeline import kinds
from metaia.deals.timeline.kinds import Fetch, Ref, Shown, View
from metaia.orders.state import SYSTEM
from metaia.realtime.log import store as log_store
from metaia.realtime.log import threads
from metaia.realtime.log.store import Head
from metaia.realtime.log.threads import Entry


def page(actor: Actor, deal_id: str, query: Json) -> tuple[list[Json], Json]:
    """Return the entries of one page that `actor` may see, and the page's `meta`.

    Raises NotFound, Forbidden, and Invalid for a cursor that is not one of this log.
    """
    deal, part = service.read(actor, deal_id)
    head = log_store.head()
    places = {name: _position(head, name, query[name]) for name in ("before", "after")}
    wanted = policy.visible_kinds(part) & set(query["kinds"])
    chosen = None if wanted == set(policy.KINDS) else wanted
    found = threads.page(deal_id, chosen, **places, limit=query["limit"])
    view = View(actor, deal, query["reason"])
    shown = _fetch(view, found.entries)
    meta = {
        "first_cursor": head.cursor(found.entries[0].position) if found.entries else None,
        "last_cursor": head.cursor(found.entries[-1].position) if found.entries else None,
        "has_before": found.has_before,
        "has_after": found.has_after,
    }
    visible = [(entry, shown[entry.ref]) for entry in found.entries if entry.ref in shown]
    return _present(view, head, visible), meta


def _position(head: Head, name: str, cursor: str | None) -> int | None:
    if cursor is None:
        return None
    position = head.resume(cursor, 1)  # entries are kept longer than the log
    if position is None:
        raise Invalid(details={name: ["Not a cursor of this log."]})
    return position


def _fetch(view: View, entries: Iterable[Entry]) -> dict[str, Shown]:
    known, wanted = kinds.KINDS.current(), defaultdict[Fetch, list[Ref]](list)
    for entry in entries:
        if entry.kind in known:  # two kinds may have one fetch
            wanted[known[entry.kind]].append(kinds.parse(entry.ref))
    shown: dict[str, Shown] = {}
    for fetch, refs in wanted.items():
        shown |= fetch(view, refs)
    return shown


def _present(view: View, head: Head, entries: list[tuple[Entry, Shown]]) -> list[Json]:
    actors = _actors(view, {entry.actor for entry, _ in entries if entry.actor})
    return [
        {
            "id": entry.event_id,
            "cursor": head.cursor(entry.position),
            "kind": entry.kind,
            "action": shown.action,
            "actor": _by(actors.get(entry.actor or ""), shown.role),
            "at": rfc3339(entry.at),
            **shown.parts,
        }
        for entry, shown in entries
    ]


def _actors(view: View, user_ids: Collection[str]) -> dict[str, Json]:
    known = view.actor.may(policy.DEALS_READ) or view.deal.offer is not view.deal.row
    return {
        each.id: {
            "id": each.id,
            "role": each.role,
            "name": shown_name(each.name or None, each.role, known=known),
        }
        for each in participant_queries.accounts(user_ids).values()
    }


def _by(user: Json | None, role: str | None) -> Json:
    """Return the actor of an entry: with the role of that time, if it is kept; `system` for what no user did."""
    if user is None or role == SYSTEM:
        return {"id": None, "role": SYSTEM, "name": None}
    return user | ({"role": role} if role else {})

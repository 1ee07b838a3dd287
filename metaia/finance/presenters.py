"""Accounts, postings and findings as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from metaia.core.db import AnyRow
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.finance.schemas import LedgerAccountOut, LedgerEntryOut, LedgerPostingOut
from metaia.ledger import queries as ledger_queries
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import REVERSAL
from metaia.ledger.queries import Booked
from metaia.payments.trail import queries as trail_queries

_ADDRESSES = {
    "posting": "/api/admin/finance/postings",
    "adjustment": "/api/admin/finance/adjustments",
    "webhook": "/api/admin/webhooks",
}
account = presenter(LedgerAccountOut, rename={"balance": "posted", "limit": "ceiling"})
_entry = presenter(LedgerEntryOut)
_posting = presenter(
    LedgerPostingOut,
    computed={
        "cause": lambda this: _causes(this.cause),
        "reverses": lambda this: this.key.partition(":")[2] if this.kind == REVERSAL else None,
        "entries": lambda this: [_entry(line) for line in this.entries],
    },
    without=["reversed_by"],
)


def postings(found: Sequence[Booked]) -> list[Json]:
    """Return postings, each with the id of its reversal."""
    keys = {ledger_service.reversal_key(each.id): each.id for each in found}
    reversals = {keys[key]: id_ for key, id_ in ledger_queries.ids_by_keys(list(keys)).items()}
    return [_posting(each) | {"reversedBy": reversals.get(each.id)} for each in found]


def posting(this: Booked) -> Json:
    """Return one posting, with the chain to its origin."""
    return postings([this])[0] | {"chain": [*chain(this)]}


def chain(this: Booked) -> Iterator[Json]:
    """Yield the links from a posting to its origin: facts and what has stated them, or else what has booked it.

    A reversal goes on with the posting that it reverses.
    """
    yield _link("posting", this.id, this.key, rfc3339(this.booked_at))
    kind, _, origin = this.key.partition(":")
    if kind == "reverse" and (reversed_ := ledger_queries.by_id(origin)):
        yield from chain(reversed_)
    elif kind == "adjust":
        yield _link("adjustment", origin, this.kind)
    elif facts := trail_queries.facts_behind(this.key, this.subject):
        for fact in facts:
            described = f"{fact.provider} {fact.kind} {fact.reference}: {fact.status}"
            yield _link("fact", fact.id, described, rfc3339(fact.at))
            source, _, source_id = fact.source.partition(":")
            yield _link(source, source_id, "stated the fact", rfc3339(fact.received_at))
    else:
        for cause in _causes(this.cause):
            yield _link(cause["type"], cause["id"], "booked the posting")


def audit(latest: AnyRow | None, *, running: bool) -> Json:
    """Return the findings of the latest finished run."""
    if latest is None:
        return {"checked_at": None, "full": False, "running": running, "findings": []}
    at = rfc3339(latest.finished_at)
    return {"checked_at": at, "full": latest.full, "running": running, "findings": latest.findings}


def _link(type_: str, id_: str, description: str, at: str | None = None) -> Json:
    href = f"{_ADDRESSES[type_]}/{id_}" if type_ in _ADDRESSES else None
    return {"type": type_, "id": id_, "description": description, "at": at, "href": href}


def _causes(cause: str | None) -> list[Json]:
    parts = (part.partition(":") for part in (cause or "").split())
    return [{"type": type_, "id": id_} for type_, _, id_ in parts]

"""Searching all types one after the other: identifiers first, then words, within limits of time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from metaia.core import db, search
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import STAFF
from metaia.core.audit import log as audit_log
from metaia.core.json import Json
from metaia.core.search import Found, Hit, Provider

TYPE_SECONDS = 0.3
ALL_SECONDS = 1.0
CANCELED = "57014"  # PostgreSQL's query_canceled
T = TypeVar("T")
logger = structlog.get_logger(__name__)


def find(actor: Actor, q: str, types: list[str] | None, limit: int) -> Json:
    """Return what `actor` finds, as SearchOut.

    If `q` is an identifier of something, only that is returned. Searches of staff that touch messages or contact data
    are recorded in the audit log before they begin.
    """
    known = search.PROVIDERS.current()
    asked = [known[name] for name in (known if types is None else types)]
    providers = [each for each in asked if each.may(actor)]
    if actor.role in STAFF and any(each.personal for each in providers):
        with db.transaction():
            audit_log.record("search", after={"q": q, "types": [each.type for each in providers]})
    clock = Clock()
    found = _look_up(actor, q, providers, clock)
    results = found or _by_words(actor, q, providers, limit, clock)
    return {"results": results, "incomplete": sorted(clock.incomplete)}


class Clock:
    """The time of one search, and the types that took too long."""

    def __init__(self) -> None:
        self._until = time.monotonic() + ALL_SECONDS
        self.incomplete: set[str] = set()

    def run(self, type_: str, call: Callable[[], T]) -> T | None:
        """Return `call()`, in which no statement takes longer than is left; None if one did."""
        left = min(TYPE_SECONDS, self._until - time.monotonic())
        if left <= 0:
            self.incomplete.add(type_)
            return None
        try:
            with db.transaction():
                db.execute(text(f"SET LOCAL statement_timeout = {max(1, round(left * 1000))}"))
                return call()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != CANCELED:
                raise
            logger.info("search took too long", type=type_)
            self.incomplete.add(type_)
            return None


def _look_up(actor: Actor, q: str, providers: Iterable[Provider], clock: Clock) -> list[Json]:
    results: list[Json] = []
    identifiers = search.identifiers(q)
    for provider in providers:
        items: dict[str, Json] = {}
        for kind, value, look_up in _look_ups(provider, identifiers):
            hits = clock.run(provider.type, lambda call=look_up, value=value: call(actor, value))  # type: ignore[misc]
            for hit in hits or ():
                items.setdefault(hit.id, _item(hit, kind))
        if items:
            results.append({"type": provider.type, "items": list(items.values()), "more": False})
    return results


def _look_ups(provider: Provider, identifiers: dict[str, str]) -> Iterator[tuple[str, str, search.LookUp]]:
    for kind, value in identifiers.items():
        if kind in provider.look_ups:
            yield kind, value, provider.look_ups[kind]


def _by_words(actor: Actor, q: str, providers: Iterable[Provider], limit: int, clock: Clock) -> list[Json]:
    results: list[Json] = []
    for provider in providers:

        def run(find: search.Find = provider.find) -> Found:
            return find(actor, q, limit)

        hits, more = clock.run(provider.type, run) or ([], False)
        if hits:
            items = [_item(hit, search.WORDS) for hit in hits]
            results.append({"type": provider.type, "items": items, "more": more})
    return results


def _item(hit: Hit, matched: str) -> Json:
    return {
        "id": hit.id,
        "title": hit.title,
        "subtitle": hit.subtitle,
        "href": hit.href,
        "matched": matched,
    }

"""Menus, each built once per state of its catalogue and kept in the memory of this process."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, Response, current_app
from gevent.lock import BoundedSemaphore

from metaia.core.errors import NotFound
from metaia.core.http.content.caching import Document
from metaia.core.http.views import raw_answer
from metaia.core.times import now
from metaia.products import queries
from metaia.products.menu import presenters
from metaia.products.menu import queries as menu_queries
from metaia.products.menu.queries import State
from metaia.products.showing import service as showing

KEPT = 256  # menus
LONGEST = 60  # seconds that caches keep a menu
FRESH = timedelta(minutes=5)  # then it is built again: ratings change without the version of the menu
EXTENSION = "metaia.menus"
Key = tuple[int, int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Kept:
    key: Key
    fresh_until: datetime
    valid_until: datetime | None
    document: Document


class Menus:
    """The menus that this process has built, the last used ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._building = BoundedSemaphore()

    def of(self, partner_id: str) -> Response:
        """Answer the current request with the menu of a published partner. Raises NotFound."""
        state = menu_queries.state(partner_id)
        if state is None or not state.shop.published:
            raise NotFound("There is no such partner.")
        kept = self._valid(state) or self._build(state)
        response = kept.document.respond()
        left = LONGEST if kept.valid_until is None else (kept.valid_until - now()).total_seconds()
        response.headers["Cache-Control"] = f"public, max-age={max(0, min(LONGEST, int(left)))}"
        return response

    def _valid(self, state: State) -> _Kept | None:
        kept = self._kept.get(state.shop.user_id)
        if kept is None or kept.key != _key(state):
            return None
        moment = now()
        if kept.fresh_until <= moment or (kept.valid_until is not None and kept.valid_until <= moment):
            return None
        self._kept.move_to_end(state.shop.user_id)
        return kept

    def _build(self, state: State) -> _Kept:
        with self._building:  # many clients come for a menu that has just changed
            found = self._valid(state)
            if found is None:
                catalogue, moment = queries.whole(state.shop.user_id), now()
                seen = showing.seen(catalogue.products.values())
                menu, until = presenters.menu(state.shop, catalogue, seen, moment)
                found = _Kept(_key(state), moment + FRESH, until, Document(raw_answer(menu)))
                self._kept[state.shop.user_id] = found
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return found


def _key(state: State) -> Key:
    return (state.shop.menu_version, state.shop.version, state.sold_out)


def init_app(app: Flask) -> None:
    """Create the memory of menus of `app`."""
    app.extensions[EXTENSION] = Menus()


def current() -> Menus:
    """Return the menus of the current application."""
    menus: Menus = current_app.extensions[EXTENSION]
    return menus

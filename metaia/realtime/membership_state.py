"""The memberships of the users that are connected to this process: as they are now, and as they were at a position."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from gevent.lock import BoundedSemaphore
from sqlalchemy import BigInteger, Date, bindparam, cast, func, literal, null, select, union_all

from metaia.core import db, rooms
from metaia.core.outbox import Outbox
from metaia.realtime import memberships
from metaia.realtime.catalogue import Payload
from metaia.realtime.clients import fanout
from metaia.realtime.clients.connections import Connection
from metaia.realtime.log import store as log_store
from metaia.realtime.log.feed import Feed
from metaia.realtime.log.models import EventAudience, EventLog, LogDay
from metaia.realtime.memberships import CHANGED, MEMBERSHIPS, Rooms, concerns

MOST_ASKED = 1_000  # users in one query
_log_reads = BoundedSemaphore(2)  # so that returning clients leave database connections to requests


class Memberships:
    """The memberships of the users that are connected to this process; `feed` is its feed."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._asked: dict[_Asked, None] = {}
        self._turn = BoundedSemaphore()
        self._catching_up: set[Connection] = set()

    def at(self, user_id: str, position: int) -> Rooms:
        """Return the rooms that a user was in at a position of the log. May wait for the database; raises its errors.

        It begins with what the database has now, and takes back every change since that position.
        """
        state = self._now(user_id)
        changes = self._until(state.position, user_id, position)
        changes += [change for at, change in state.later if at is None or at > position]
        return _before(changes, user_id, state.rooms[user_id])

    def apply(self, change: Payload) -> None:
        """Let the connections of this process enter and leave rooms. Does not switch greenlets."""
        room, ended = change["room"], memberships.ended(change)
        for user_id in change["joined"]:
            for connection in fanout.connections_in([rooms.user(user_id)]):
                connection.enter(room)
        for connection in fanout.connections_in([room]) if ended else ():
            if connection.actor.id in ended:
                connection.expel(room)
        for connection in self._catching_up:
            if connection.actor.id in ended:
                connection.forget(room)

    @contextmanager
    def catching_up(self, connection: Connection) -> Iterator[None]:
        """Let a connection follow the changes by itself: it comes to them in the log."""
        self._catching_up.add(connection)
        try:
            yield
        finally:
            self._catching_up.discard(connection)

    def _now(self, user_id: str) -> _State:
        """Return what the database has now; all that wait at the same time are read together.

        An unavailable database fails all of them: otherwise each would wait for the failures of those before it.
        """
        mine = _Asked(user_id)
        self._asked[mine] = None
        try:
            with self._turn:
                if mine.found is None:
                    self._answer(mine)
        finally:
            self._asked.pop(mine)
        if isinstance(mine.found, _State):
            return mine.found
        assert mine.found is not None  # noqa: S101
        raise mine.found.with_traceback(None)

    def _answer(self, mine: _Asked) -> None:
        """Answer one question, and the others that wait. Errors other than UNAVAILABLE are for `mine` only."""
        others = [each for each in self._asked if each.found is None and each is not mine]
        asked = [mine, *others][:MOST_ASKED]
        found: _State | Exception
        try:
            found = _read({each.user_id for each in asked}, self._feed.head.position)
        except db.UNAVAILABLE as error:
            found = error
        for each in asked:
            each.found = found

    def _until(self, last: int, user_id: str, position: int) -> list[Payload]:
        """Return the changes of a user's memberships after a position, up to one that this process has reached."""
        recent = self._feed.after(position)
        if recent is None:
            with _log_reads:
                return _logged(user_id, position, last)
        return [event.payload for event in recent if event.position <= last and concerns(event, user_id)]


def rooms_at(user_ids: Iterable[str], position: int) -> dict[str, Rooms]:
    """Return the rooms in which users were at a position of the log, for consumers without a feed."""
    state = _read(set(user_ids), position)
    changes = [change for _, change in state.later]
    return {user_id: _before(changes, user_id, there) for user_id, there in state.rooms.items()}


@dataclass(frozen=True, slots=True)
class _State:
    """The rooms of users in the database; and all changes after a position of the log that they may reflect.

    The changes are in their order, each with its position, or None if it has none yet.
    """

    rooms: Mapping[str, Iterable[str]]
    position: int
    later: list[tuple[int | None, Payload]]


class _Asked:
    """A question that waits for its answer, which is an error if the database is unavailable."""

    __slots__ = ("found", "user_id")

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.found: _State | Exception | None = None


_newer = (
    select(EventLog.position, EventLog.position.label("place"), EventLog.payload)
    .where(EventLog.position > bindparam("position"), EventLog.type == CHANGED)
    .where(
        EventLog.day  # older partitions need not be searched
        >= func.coalesce(
            select(func.max(LogDay.day))
            .where(LogDay.first_position <= bindparam("position") + 1)
            .scalar_subquery(),
            cast(literal("-infinity"), Date),
        )
    )
)
_waiting = select(cast(null(), BigInteger), Outbox.id, Outbox.payload).where(
    Outbox.kind == "event", Outbox.type == CHANGED
)
_LATER = union_all(_newer, _waiting).order_by("position", "place")  # without a position last


def _read(user_ids: set[str], position: int) -> _State:
    """Read the memberships of users, and then, in one statement, the changes after a position in log and outbox.

    In this order no change is missed that the memberships reflect: it is in one of both, as it moves in one statement.
    """
    found: dict[str, set[str]] = {user_id: set() for user_id in user_ids}
    for find in MEMBERSHIPS.current().values():
        for user_id, there in find(sorted(user_ids)).items():
            found[user_id].update(there)
    later = db.fetch_all(_LATER, {"position": position})
    return _State(found, position, [(row.position, row.payload) for row in later])


def _before(changes: list[Payload], user_id: str, rooms_after: Iterable[str]) -> Rooms:
    """Return the rooms of a user before some changes, which are in their order."""
    found = set(rooms_after)
    for change in reversed(changes):
        if user_id in change["left"]:
            found.add(change["room"])
        elif user_id in change["joined"]:
            found.discard(change["room"])
    return frozenset(found)


def _logged(user_id: str, after: int, upto: int) -> list[Payload]:
    """Return the changes of a user's memberships in a part of the log."""
    same = (EventAudience.position == EventLog.position) & (EventAudience.day == EventLog.day)
    since = log_store.day_of(after + 1)
    query = (
        select(EventLog.payload)
        .join(EventAudience, same)
        .where(EventAudience.room == rooms.user(user_id), EventAudience.position > after)
        .where(EventAudience.position <= upto, EventAudience.day >= since)
        .where(EventLog.type == CHANGED, EventLog.day >= since)
    )
    return [row.payload for row in db.fetch_all(query.order_by(EventLog.position))]

"""Receipts: what providers say later of what they have taken, in any order and more than once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications import user_inbox
from metaia.notifications.delivery import history
from metaia.notifications.delivery import queries as delivery_queries
from metaia.notifications.delivery.fallback import fall_back
from metaia.notifications.delivery.status_rank import Meaning, after
from metaia.notifications.models import Delivery, Receipt

UNDELIVERED_BY = text(
    """
    UPDATE delivery_attempts SET outcome = 'undelivered' WHERE delivery_id = :id AND number = (
        SELECT max(number) FROM delivery_attempts WHERE delivery_id = :id AND provider = :provider
    )
    """
)


@dataclass(frozen=True)
class Said:
    """What a provider said of one message: `delivery`, if it gives us our own id back, or `reference` says of which.

    `word` is its own, `meaning` ours; `noted` changes nothing. `key` makes it the same as one that came before.
    `elsewhere` says that another provider might deliver it.
    """

    provider: str
    key: str
    word: str
    meaning: Meaning
    at: datetime
    delivery: str | None = None
    reference: str | None = None
    detail: str | None = None
    elsewhere: bool = False

    @property
    def id(self) -> str | None:
        """Return the delivery's id, if it can be one."""
        try:
            return str(UUID(self.delivery or ""))
        except ValueError:
            return None


def take(said: Sequence[Said]) -> list[Said]:
    """Keep receipts and let their deliveries rise, in the running transaction; return those to come back with.

    They belong to no delivery, or to one whose worker has not heard the provider's answer yet.
    """
    found = _Found(said)
    matched: list[tuple[Said, AnyRow]] = []
    early: list[Said] = []
    for each in said:
        rows = found.of(each)
        if rows and not any(_early(each, row) for row in rows):
            matched += [(each, row) for row in rows]
        else:
            early.append(each)
    if matched:
        _keep(matched)
        _raise(matched)
        _see(matched)
    return early


class _Found:
    """The deliveries that receipts are about, read and locked at once."""

    def __init__(self, said: Sequence[Said]) -> None:
        self.by_id: dict[str, AnyRow] = {}
        self.by_reference: dict[tuple[str, str], list[AnyRow]] = {}
        for provider in sorted({each.provider for each in said}):
            own = [each for each in said if each.provider == provider]
            ids = {each.id for each in own if each.id}
            references = {each.reference for each in own if each.reference}
            for row in delivery_queries.receipted(provider, ids, references):
                self.by_id[row.id] = row
                if row.provider == provider and row.reference:
                    self.by_reference.setdefault((provider, row.reference), []).append(row)

    def of(self, said: Said) -> list[AnyRow]:
        """Return the deliveries of one message: a digest is several."""
        rows = {row.id: row for row in self.by_reference.get((said.provider, said.reference or ""), ())}
        if said.id in self.by_id:
            rows[said.id] = self.by_id[said.id]
        return list(rows.values())


def _early(said: Said, row: AnyRow) -> bool:
    """Return whether to come back later: what is under way cannot be given to another, nor a digest be found whole.

    Everything else is taken at once: if the worker is dead, that keeps the message from being sent again.
    """
    return row.status == "sending" and (row.digest or said.meaning == "undelivered")


def _keep(matched: Iterable[tuple[Said, AnyRow]]) -> None:
    rows = [
        {
            "id": str(uuid5(NAMESPACE_URL, f"{said.provider} {said.key} {row.id}")),
            "delivery_id": row.id,
            "status": _clean(said.word, 30),
            "detail": _clean(said.detail, 300),
            "at": said.at,
        }
        for said, row in matched
    ]
    db.execute(insert(Receipt).on_conflict_do_nothing(), rows)


def _raise(matched: Iterable[tuple[Said, AnyRow]]) -> None:
    """Write the highest status that is said of each delivery; what was lost may go to the next provider."""
    moment = now()
    highest: dict[str, tuple[str, Said, AnyRow]] = {}
    for said, row in matched:
        before = highest[row.id][0] if row.id in highest else row.status
        status = after(row.channel, before, said.meaning, ours=_ours(said, row))
        if status != before:
            highest[row.id] = (status, said, row)
    lost = []
    for status, said, row in highest.values():
        again = status == "undelivered" and said.elsewhere
        if again:
            db.execute(UNDELIVERED_BY, {"id": row.id, "provider": said.provider})
            job_registry.wake_on_commit()
        elif status == "undelivered":
            lost.append(row)
        _write(row, "queued" if again else status, said, moment, again=again)
    if lost:
        fall_back(lost)


def _ours(said: Said, row: AnyRow) -> bool:
    return bool(row.provider == said.provider and said.provider not in row.lost_by)


def _write(row: AnyRow, status: str, said: Said, moment: datetime, *, again: bool) -> None:
    said_so = _clean(f"{said.word}: {said.detail}" if said.detail else said.word, 300)
    error = said_so if status in {"queued", "undelivered"} else None
    more = {"due_at": moment, **history.given(row, status, "failover", moment)} if again else {}
    db.change(Delivery, id=row.id, status=status, error=error, updated_at=moment, **more)


def _see(matched: Sequence[tuple[Said, AnyRow]]) -> None:
    for meaning in ("seen", "clicked"):
        first: dict[str, datetime] = {}
        for said, row in matched:
            if said.meaning == meaning:
                first[row.notification_id] = min(said.at, first.get(row.notification_id, said.at))
        if first:
            user_inbox.see(first, clicked=meaning == "clicked")


def _clean(text: str | None, longest: int) -> str | None:
    """Return what PostgreSQL can keep."""
    return None if text is None else text.replace("\0", "")[:longest]

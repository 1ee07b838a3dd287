"""The outbox: what must happen because of a change, committed with the change. Almost always empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal

from flask import g, has_request_context
from sqlalchemy import BigInteger, DateTime, Identity, Index, String, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlalchemy.orm import Mapped, mapped_column
from structlog.contextvars import get_contextvars

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.extensions import Model


class Outbox(Model):
    """An event on its way to the log, or a job on its way to RQ; deleted when it has arrived."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    uid: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    kind: Mapped[str] = mapped_column(String(8))
    type: Mapped[str] = mapped_column(String(120))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)  # passed on as it is, never looked into
    audience: Mapped[list[str]] = mapped_column(ARRAY(Text))
    actor: Mapped[str | None] = mapped_column(String(64))
    subject: Mapped[str | None] = mapped_column(String(80))
    request_id: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_outbox_kind_id", "kind", "id"),)


_listeners: dict[str, list[Callable[[], None]]] = {"event": [], "job": []}


def when_filled(kind: Literal["event", "job"], call: Callable[[], None]) -> None:
    """Have `call()` run after each commit that put something of `kind` into the outbox; it must not block."""
    if call not in _listeners[kind]:
        _listeners[kind].append(call)


def put(
    kind: Literal["event", "job"],
    type: str,  # noqa: A002
    payload: dict[str, Any],
    *,
    audience: Iterable[str] = (),
    subject: str | None = None,
) -> None:
    """Add a row to the running transaction, with the actor and the request it comes from."""
    db.append(
        Outbox,
        uid=new_id(),
        kind=kind,
        type=type,
        payload=payload,
        audience=list(dict.fromkeys(audience)),
        actor=actor_id(),
        subject=subject,
        request_id=get_contextvars().get("request_id"),
        created_at=now(),
    )
    filled(kind)


def filled(kind: Literal["event", "job"]) -> None:
    """Say that the running transaction has put something of `kind` into the outbox: who waits for it is told then."""
    for call in _listeners[kind]:
        db.current().after_commit(call)


def actor_id() -> str | None:
    """Return who is asking, if this is somebody's request."""
    who = g.get("actor") if has_request_context() else None
    return who.id if who else None


def forget(call: Callable[[], None]) -> None:
    """Undo `when_filled`."""
    for calls in _listeners.values():
        if call in calls:
            calls.remove(call)

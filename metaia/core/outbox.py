"""The outbox: events and jobs that a change causes, committed with the change. It is almost always empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Literal

from flask import Flask, g, has_request_context
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, String, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlalchemy.orm import Mapped, mapped_column
from structlog.contextvars import get_contextvars

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.registry import Registry
from metaia.core.times import now
from metaia.extensions import Model


class Outbox(Model):
    """An event on its way to the log, or a job on its way to RQ; deleted on arrival."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    uid: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    kind: Mapped[str] = mapped_column(String(8))
    type: Mapped[str] = mapped_column(String(120))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)  # passed on unparsed
    audience: Mapped[list[str]] = mapped_column(ARRAY(Text))
    actor: Mapped[str | None] = mapped_column(String(64))
    subject: Mapped[str | None] = mapped_column(String(80))
    request_id: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    thread: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))  # the deal that an event belongs to
    thread_ref: Mapped[str | None] = mapped_column(Text)  # the entry that it is in the deal's timeline

    __table_args__ = (
        Index("ix_outbox_kind_id", "kind", "id"),
        CheckConstraint("(thread IS NULL) = (thread_ref IS NULL)", name="thread"),
    )


# What runs in this process after commits of an application, by the kind of row.
listeners: Registry[str, list[Callable[[], None]]] = Registry("commit_listeners")


def on_commit(app: Flask, kind: Literal["event", "job"], call: Callable[[], None]) -> None:
    """Run `call()` after each commit of `app` that added rows of `kind`; it must not block.

    Raises ValueError if `call` is registered already.
    """
    calls = listeners.of(app).setdefault(kind, [])
    if call in calls:
        raise ValueError(f"{call} is registered twice")
    calls.append(call)


def remove_listener(app: Flask, call: Callable[[], None]) -> None:
    """Undo `on_commit`."""
    for calls in listeners.of(app).values():
        if call in calls:
            calls.remove(call)


def add(
    kind: Literal["event", "job"],
    type: str,  # noqa: A002
    payload: dict[str, Any],
    *,
    audience: Iterable[str] = (),
    subject: str | None = None,
    thread: str | None = None,
    ref: str | None = None,
) -> None:
    """Add a row to the running transaction, with the actor and the request it comes from.

    Every row has the columns of a thread: the rows of one transaction are one set of inserts, and keep their order.
    """
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
        thread=thread,
        thread_ref=ref,
    )
    notify_on_commit(kind)


def notify_on_commit(kind: Literal["event", "job"]) -> None:
    """Call the listeners of `kind` after the running transaction has committed, as if it had added a row."""
    for call in listeners.current().get(kind, ()):
        db.current().after_commit(call)


_acting: ContextVar[str | None] = ContextVar("acting", default=None)


@contextmanager
def acting_as(user_id: str) -> Iterator[None]:
    """State which user has ordered what a job does in this block: the actor of its events and notifications."""
    token = _acting.set(user_id)
    try:
        yield
    finally:
        _acting.reset(token)


def actor_id() -> str | None:
    """Return the id of the actor of this request, or of `acting_as`; None in other jobs and in commands."""
    actor = g._get_current_object().get("actor") if has_request_context() else None  # the proxy takes longer
    return actor.id if actor else _acting.get()

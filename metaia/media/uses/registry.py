"""Kinds of subjects that media can be attached to. Domains register them, and media knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from metaia.core.access.actor import Actor
from metaia.core.registry import Registry


def _nothing(*ids: str) -> None:
    """Do nothing."""


def no_rooms(_: str) -> list[str]:
    """Return no rooms: the subject's own events show its files."""
    return []


@dataclass(frozen=True)
class SubjectKind:
    """What a domain decides about media at its subjects; the functions get the id of a subject.

    `may_see(actor, id)` is asked at each look. `rooms(id)` are informed when a file becomes ready or is deleted.
    `removed(id, media_id)` runs in the transaction that deletes a file that is still attached. `lock(id)` row-locks
    what it changes, and runs before the file is row-locked. `processed(id, media_id)` runs in the transaction that ends
    the processing of an attached file. The file is row-locked already, so `processed` locks nothing and adds a job.
    """

    may_see: Callable[[Actor, str], bool]
    rooms: Callable[[str], list[str]]
    removed: Callable[[str, str], None] = _nothing
    lock: Callable[[str], None] = _nothing
    processed: Callable[[str, str], None] = _nothing


# By kind: the first part of a subject, as `order` in `order-{id}`.
SUBJECTS: Registry[str, SubjectKind] = Registry("media_subjects")


def find(subject: str) -> tuple[SubjectKind | None, str]:
    """Return the kind of a subject, None if no domain has registered it, and the id."""
    kind, _, subject_id = subject.partition("-")
    return SUBJECTS.current().get(kind), subject_id


def rooms_of(subject: str) -> list[str]:
    """Return the rooms of a subject."""
    kind, subject_id = find(subject)
    return [] if kind is None else kind.rooms(subject_id)


def processed(subject: str, media_id: str) -> None:
    """Inform the domain of a subject that the processing of a file has ended, in the running transaction."""
    kind, subject_id = find(subject)
    if kind is not None:
        kind.processed(subject_id, media_id)


def lock(subject: str) -> None:
    """Row-lock what a deletion of a file of the subject will change, in the running transaction."""
    kind, subject_id = find(subject)
    if kind is not None:
        kind.lock(subject_id)

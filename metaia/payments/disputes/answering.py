"""Answering disputes at their providers. A job does this, and calls providers outside of transactions."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import current_app
from sqlalchemy import update

from metaia.core import db, rooms
from metaia.core.times import now
from metaia.core.work_queue import WorkQueue
from metaia.media import queries as media_queries
from metaia.media import renditions
from metaia.media.queries import Media
from metaia.media.uses import queries as use_queries
from metaia.payments import service as payment_service
from metaia.payments.disputes import queries
from metaia.payments.disputes.models import DisputeRow
from metaia.payments.disputes.queries import Dispute
from metaia.payments.disputes.state import ACCEPT
from metaia.providers.errors import Permanent, Technical
from metaia.providers.payments import registry
from metaia.providers.payments.facts import DisputeFact, Fact
from metaia.providers.payments.interface import AnswersDisputes, Evidence, EvidenceFile
from metaia.providers.storage import registry as stores

BATCH = 5
PAUSES = (300, 600, 1800, 3600, *([6 * 3600] * 20))  # seconds
QUEUE = WorkQueue(DisputeRow, done="answered_at", pauses=PAUSES)
VARIANTS = (renditions.ORIGINAL, renditions.FULL_JPEG, renditions.FULL)  # the first that a file has is sent


def answer_batch() -> int:
    """Answer a batch of disputes; return its size."""
    return QUEUE.work_off(QUEUE.claim(BATCH), answer)


def answer(dispute_id: str) -> None:
    """Send the answer to a dispute, and take what the provider states. Raises Temporary and Technical.

    If the provider refuses it, the dispute can be answered again, with the reason as its `error`.
    """
    dispute = queries.get(dispute_id)
    if dispute is None or dispute.answer is None:
        return
    try:
        facts = _facts(dispute)
    except Permanent as error:
        with db.transaction():
            _change(dispute, answer=None, due_at=None, error=str(error))
        return
    with db.transaction():
        payment_service.take(facts, source=f"dispute:{dispute.id}")
        _change(dispute, answered_at=now(), due_at=None, error=None)


def _facts(dispute: Dispute) -> tuple[Fact, ...]:
    """Return what the provider states. Before a repetition it is asked: an answer is taken once."""
    provider = registry.provider(dispute.provider)
    if not isinstance(provider, AnswersDisputes):
        raise Technical(f"{dispute.provider} takes no answers")
    if dispute.tries > 1 and _is_answered(known := provider.ask_dispute(dispute.reference)):
        return known
    if dispute.answer == ACCEPT:
        return provider.accept_dispute(dispute.reference)
    evidence = Evidence(f"{dispute.id}-{dispute.version}", dispute.summary or "", _files(dispute))
    return provider.contest_dispute(dispute.reference, evidence)


def _is_answered(facts: tuple[Fact, ...]) -> bool:
    return any(isinstance(fact, DisputeFact) and fact.status != "open" for fact in facts)


def _files(dispute: Dispute) -> tuple[EvidenceFile, ...]:
    ids = use_queries.media_ids(rooms.subject("dispute", dispute.id))
    found = media_queries.by_ids(ids)
    return tuple(_file(found[media_id]) for media_id in ids if media_id in found)


def _file(media: Media) -> EvidenceFile:
    """Return the content of a file. Raises Technical if its store has lost it."""
    known = renditions.load(media.renditions)
    chosen = next(known[variant] for variant in VARIANTS if variant in known)
    store = stores.store(current_app._get_current_object(), media.store)  # type: ignore[attr-defined]
    with TemporaryDirectory() as folder:
        path = Path(folder, "file")
        if not store.fetch(chosen.key, path, limit=chosen.size):
            raise Technical("a file of the evidence is not in its store")
        return EvidenceFile(media.filename, chosen.content_type, path.read_bytes())


def _change(dispute: Dispute, **changes: Any) -> None:
    later: dict[str, Any] = {"version": DisputeRow.version + 1, "updated_at": now()}
    db.execute(update(DisputeRow).where(DisputeRow.id == dispute.id).values(**changes, **later))

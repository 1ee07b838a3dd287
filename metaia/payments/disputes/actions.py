"""What users do with disputes: an admin decides, and a job answers the provider."""

from __future__ import annotations

from sqlalchemy import update

from metaia.core import db, rooms, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, Invalid, NotFound
from metaia.core.json import Json
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.media.uses import service as media_uses
from metaia.media.uses.registry import SubjectKind
from metaia.payments.disputes import policy, presenters, queries
from metaia.payments.disputes.models import DisputeRow
from metaia.payments.disputes.queries import ShownDispute
from metaia.payments.disputes.state import ACCEPT, MACHINE

EVIDENCE = "evidence"  # the role of files
KINDS = ("document", "image")
EVIDENCE_SUBJECT = SubjectKind(may_see=lambda actor, _: actor.may(policy.DISPUTES_READ), rooms=lambda _: [])


def read(actor: Actor, dispute_id: str) -> ShownDispute:
    """Return a dispute. Raises NotFound and Forbidden."""
    found = _found(dispute_id)
    if not policy.may_see(actor, found.partner_id):
        raise Forbidden("This dispute is not about a payment to you.")
    return found


def act(actor: Actor, dispute_id: str, action: str, given: Json, version: versions.Expected) -> ShownDispute:
    """Accept or contest a dispute: the answer is stored, and sent by a job.

    Raises NotFound, Forbidden, Conflict, and Invalid for files that are not the admin's and ready.
    """
    with db.transaction():
        queries.get(dispute_id, for_update=True)
        found = _found(dispute_id)
        MACHINE.require(
            found, action, policy.parties(actor), version, lambda: presenters.conflict(found, actor)
        )
        if found.provider not in policy.ANSWERABLE:
            raise Conflict("Answer in the provider's dashboard.", code="answer_at_provider")
        if found.answer is not None:
            raise MACHINE.conflict(found, action, presenters.conflict(found, actor))
        _attach(actor, found, given.get("upload_ids", []), required=action != ACCEPT)
        changes = {
            "answer": action, "summary": given.get("summary"), "answered_by": actor.id, "due_at": now(), "tries": 0,
            "error": None, "version": found.version + 1, "updated_at": now(),
        }  # fmt: skip
        db.execute(update(DisputeRow).where(DisputeRow.id == dispute_id).values(changes))
        job_registry.wake_on_commit()
        after = {"paymentId": found.payment_id, "amount": found.amount, "currency": found.currency}
        audit_log.record(f"dispute.{action}", subject=rooms.subject("dispute", dispute_id), after=after)
        return _found(dispute_id)


def _attach(actor: Actor, dispute: ShownDispute, upload_ids: list[str], *, required: bool) -> None:
    """Attach the files of evidence, of which Razorpay requires one. Raises Invalid."""
    if required and dispute.provider == "razorpay" and not upload_ids:
        raise Invalid(details={"uploadIds": ["This provider requires a document."]})
    subject = rooms.subject("dispute", dispute.id)
    media_uses.attach(actor, upload_ids, subject=subject, role=EVIDENCE, kinds=KINDS, field="uploadIds")


def _found(dispute_id: str) -> ShownDispute:
    found = queries.shown(dispute_id)
    if found is None:
        raise NotFound("There is no such dispute.")
    return found

"""Suppressing an address, and ending a suppression."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import Conflict, NotFound, declare
from metaia.core.ids import new_id
from metaia.core.text import emails, phones
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications import service as notification_service
from metaia.notifications.registry import EMAIL, SMS
from metaia.notifications.suppressions import policy, queries
from metaia.notifications.suppressions.models import SuppressionRow
from metaia.notifications.suppressions.notifications import UNREACHABLE
from metaia.notifications.suppressions.policy import Ending, Reason
from metaia.notifications.suppressions.queries import Address
from metaia.users import queries as user_queries
from metaia.users.queries import Person

CLEAR_JOB = "metaia.notifications.jobs.clear_at_providers"
# Reasons after which a provider drops all further mails, while ours end by themselves or concern one category.
CLEARED_AT_ONCE: frozenset[Reason] = frozenset({"temporary_bounce", "unsubscribed"})
NOTIFIED: frozenset[Reason] = frozenset({"permanent_bounce", "complaint"})
declare(
    {
        "suppression_ended": "The suppression has ended already.",
        "suppression_not_liftable": "The suppression ends in another way: see its meaning.",
    }
)


def suppress(
    channel: str, address: str, reason: Reason, *, at: datetime | None = None, category: str = "",
    detail: str | None = None, user_id: str | None = None,
) -> None:  # fmt: skip
    """Suppress an address, in the running transaction, because of what happened `at` a moment (default: now).

    A cause that is known, or older than the end of the suppression, changes nothing. `user_id` is the owner, who is
    notified in the app; of an e-mail address it is found.
    """
    address, moment = address[:500], min(at or now(), now())
    row = queries.lock(channel, address, reason, category)
    if row is not None and moment <= max(row.at, row.ended_at or row.at):
        return
    count = 1 if row is None or row.ended_at else policy.times(row.times, row.at, moment)
    values = {
        "at": moment,
        "times": count,
        "until": policy.until(reason, moment, count),
        "detail": detail and detail.replace("\0", "")[:300],
        "ended_at": None,
        "ended_by": None,
    }
    if row is None:
        key = {"channel": channel, "address": address, "reason": reason, "category": category}
        db.execute(insert(SuppressionRow).values(id=new_id(), **key, **values).on_conflict_do_nothing())
    else:
        db.execute(update(SuppressionRow).where(SuppressionRow.id == row.id).values(**values))
    if reason in NOTIFIED and (row is None or row.ended_at):
        _notify_owner(channel, address, reason, user_id)
    if reason in CLEARED_AT_ONCE:
        clear_at_providers(channel, address)


def end(
    channel: str, address: str, reasons: Collection[Reason], by: Ending, *, category: str | None = None,
    at: datetime | None = None,
) -> int:  # fmt: skip
    """End suppressions of an address in the running transaction; return how many.

    What ends them happened `at` a moment (default: now): later suppressions stay, however late the event arrives.
    """
    moment = min(at or now(), now())
    chosen = [
        SuppressionRow.channel == channel,
        SuppressionRow.address == address,
        SuppressionRow.reason.in_(reasons),
        SuppressionRow.ended_at.is_(None),
    ]
    if category is not None:
        chosen.append(SuppressionRow.category == category)
    if at is not None:
        chosen.append(SuppressionRow.at <= moment)
    statement = update(SuppressionRow).where(*chosen).values(ended_at=moment, ended_by=by)
    count = db.execute(statement).rowcount
    if count:
        clear_at_providers(channel, address)
    return count


def prove(address: str) -> None:
    """End the bounces of an e-mail address in the running transaction: a link that was mailed to it was opened."""
    end(EMAIL, emails.comparable(address), policy.BY_PROOF, "proven")


def is_unproven(address: str) -> bool:
    """Return whether an e-mail address has bounced for good, so that it must be proven again."""
    mailbox = (EMAIL, emails.comparable(address))
    return any(each.reason == "permanent_bounce" for each in queries.of([mailbox]).get(mailbox, ()))


def clear_at_providers(channel: str, address: str) -> None:
    """Remove an address from the providers' own lists: ours decides."""
    if channel == EMAIL:
        job_registry.enqueue(CLEAR_JOB, address=address)


def own(actor: Actor) -> list[AnyRow]:
    """Return the suppressions in force of the actor's addresses.

    Choices of an owner are shown only for a verified address: an unverified one may belong to another person.
    """
    person = user_queries.by_id(actor.id)
    addresses = _addresses(person) if person else []
    verified = person is not None and person.email_verified_at is not None
    rows = queries.active(addresses) if addresses else []
    return [row for row in rows if row.channel != EMAIL or verified or row.reason not in policy.BY_OWNER]


def lift_own(actor: Actor, suppression_id: str) -> AnyRow:
    """End a suppression that the actor has caused. Raises NotFound, and Conflict for one that ends in another way."""
    with db.transaction():
        if suppression_id not in {row.id for row in own(actor)}:
            raise NotFound("There is no such suppression.")
        return _lift(suppression_id, policy.BY_OWNER, "owner", {})


def lift(suppression_id: str, reason: str) -> AnyRow:
    """End a suppression as staff, for a reason that the audit log keeps. Raises NotFound and Conflict."""
    with db.transaction():
        return _lift(suppression_id, policy.BY_STAFF, "staff", {"reason": reason})


def _lift(suppression_id: str, liftable: Collection[str], by: Ending, given: dict[str, str]) -> AnyRow:
    row = queries.get(suppression_id, for_update=True)
    if row is None:
        raise NotFound("There is no such suppression.")
    if row.ended_at is not None:
        raise Conflict("The suppression has ended already.", code="suppression_ended")
    if row.reason not in liftable:
        raise Conflict(f"A suppression by {row.reason} ends in another way.", code="suppression_not_liftable")
    end(row.channel, row.address, [row.reason], by, category=row.category)
    audit_log.record(
        "suppression.lifted",
        subject=f"suppression-{row.id}",
        before={"channel": row.channel, "reason": row.reason, "category": row.category or None},
        after={"by": by} | given,
    )
    ended = queries.get(suppression_id)
    assert ended is not None  # noqa: S101 - it is row-locked
    return ended


def _addresses(person: Person) -> list[Address]:
    number = phones.for_messages(person.phone, person.phone_e164)
    return [(EMAIL, emails.comparable(person.email))] + ([(SMS, number)] if number else [])


def _notify_owner(channel: str, address: str, reason: Reason, user_id: str | None) -> None:
    if user_id is None and channel == EMAIL:
        person = user_queries.with_email(address)
        user_id = person.id if person else None
    if user_id is not None:
        notification_service.notify(user_id, UNREACHABLE.name, {"channel": channel, "reason": reason})

"""Setting the payout account of a partner."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db, rooms, versions
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.finance.payout_accounts import presenters, queries, sealed
from metaia.finance.payout_accounts.models import PayoutAccountRow
from metaia.finance.payout_accounts.queries import PayoutAccount
from metaia.finance.payout_accounts.schemas import DETAILS
from metaia.notifications import service as notification_service

LOCK = timedelta(hours=24)


def put(user_id: str, body: Json, version: versions.Expected) -> PayoutAccount:
    """Set the payout account of a user, and notify them. A change locks payouts for 24 hours.

    Raises Conflict for a stale version; an account that was not set has version 0.
    """
    method = body["method"]
    details = {name: body[name] for name in DETAILS[method]}
    with db.transaction():
        before = queries.get(user_id, for_update=True)
        number = before.version if before else 0
        versions.require(version, number, "payout account", lambda: {"version": number})
        moment = now()
        values = {
            "method": method,
            "details": sealed.encrypt(details, user_id),
            "masked": presenters.masked(method, details),
            "locked_until": moment + LOCK if before else None,
            "version": number + 1,
            "updated_at": moment,
        }
        row = insert(PayoutAccountRow).values(user_id=user_id, **values)
        db.execute(row.on_conflict_do_update(index_elements=["user_id"], set_=values))
        after = PayoutAccount(user_id=user_id, **values)
        _publish(before, after)
        return after


def usable(user_id: str) -> PayoutAccount:
    """Return the payout account of a user, row-locked. Raises Conflict: `payout_account_missing`, `payout_locked`."""
    this = queries.get(user_id, for_update=True)
    if this is None:
        raise Conflict("Set a payout account first.", code="payout_account_missing")
    if this.locked_until is not None and this.locked_until > now():
        details = {"until": rfc3339(this.locked_until)}
        raise Conflict(
            "The payout account was changed a short time ago.", code="payout_locked", details=details
        )
    return this


def erase(user_id: str) -> None:
    """Delete the payout account of a user in the running transaction."""
    db.execute(delete(PayoutAccountRow).where(PayoutAccountRow.user_id == user_id))


def _publish(before: PayoutAccount | None, after: PayoutAccount) -> None:
    subject = rooms.subject("user", after.user_id)
    audit_log.record(
        "payout_account.set",
        subject=subject,
        before=None if before is None else {"account": before.masked},
        after={"account": after.masked},
    )
    data = {"account": after.masked, "delayed": after.locked_until is not None}
    notification_service.notify(after.user_id, "payout_account_changed", data, subject=subject)

"""Rates of commissions: reading the one of a day, and planning another one."""

from __future__ import annotations

from datetime import date

from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.access.permissions import PARTNERS
from metaia.core.audit import log as audit_log
from metaia.core.errors import Invalid
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.finance import days
from metaia.finance.commission import queries
from metaia.finance.commission.models import CommissionRuleRow
from metaia.finance.commission.queries import DEFAULT, CommissionRule
from metaia.users import queries as user_queries


def basis_points(partner_id: str, day: date) -> int:
    """Return the commission of a partner's orders of a day in basis points; 0 without any rule.

    The day is one of FINANCE_TIMEZONE (`finance/days.py`).
    """
    return queries.basis_points(partner_id, day) or 0


def put(body: Json) -> CommissionRule:
    """Store a rate from a day on, in place of one that begins on the same day. Raises Invalid.

    A day that has passed is refused: its orders were placed under the rate that was known then.
    """
    partner_id, day = body["partner_id"], body["from_day"]
    if day < days.today():
        raise Invalid(details={"fromDay": ["Must not be in the past."]})
    if partner_id is not None and not _is_partner(partner_id):
        raise Invalid(details={"partnerId": ["Not a partner."]})
    owner = partner_id or DEFAULT
    values = {"basis_points": body["basis_points"], "reason": body["reason"], "created_at": now()}
    row = insert(CommissionRuleRow).values(id=new_id(), owner=owner, from_day=day, **values)
    with db.transaction():
        before = queries.lock(owner, day)
        db.execute(row.on_conflict_do_update(index_elements=["owner", "from_day"], set_=values))
        after = queries.lock(owner, day)
        assert after is not None  # noqa: S101 - it was stored in this transaction
        audit_log.record(
            "commission_rule.set",
            subject=f"commission-{owner}",
            before=None if before is None else _shown(before),
            after=_shown(after),
        )
        return after


def _is_partner(user_id: str) -> bool:
    person = user_queries.by_id(user_id)
    return person is not None and person.role in PARTNERS


def _shown(rule: CommissionRule) -> Json:
    return {
        "fromDay": rule.from_day.isoformat(),
        "basisPoints": rule.basis_points,
        "reason": rule.reason,
    }

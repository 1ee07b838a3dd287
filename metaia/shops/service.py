"""Changes of profiles that other domains make, in the running transaction."""

from __future__ import annotations

from sqlalchemy import update

from metaia.core import db
from metaia.core.errors import Conflict, declare
from metaia.shops.models import PartnerProfileRow

declare({"profile_needed": "The partner has no profile yet: create it with PUT /api/partners/me."})


def raise_menu_version(partner_id: str) -> int:
    """Raise the version of a partner's menu and return it; other edits of the partner wait until this commits.

    Raises Conflict (`profile_needed`).
    """
    row = PartnerProfileRow
    statement = update(row).where(row.user_id == partner_id).values(menu_version=row.menu_version + 1)
    version = db.execute(statement.returning(row.menu_version)).scalar_one_or_none()
    if version is None:
        raise Conflict("Create your profile first: the catalogue belongs to it.", code="profile_needed")
    return int(version)

"""Changes of categories."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.core.errors import Invalid
from metaia.core.http.parts import slugs
from metaia.core.json import Json
from metaia.shops.models import PartnerCategoryRow


def put(slug: str, given: Json) -> Json:
    """Add a category, or change the one with this slug. Raises Invalid for a text that is no slug."""
    if not slugs.is_free_form(slug) or len(slug) > PartnerCategoryRow.slug.type.length:
        raise Invalid(
            details={"slug": ["Must be of a to z, 0 to 9 and single hyphens, at most 40 characters."]}
        )
    values = {"slug": slug} | given
    with db.transaction():
        statement = insert(PartnerCategoryRow).values(**values)
        db.execute(statement.on_conflict_do_update(index_elements=["slug"], set_=given))
        audit_log.record("category.put", subject=f"category-{slug}", after=given)
    return values

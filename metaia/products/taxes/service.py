"""Changes of tax rates. All active rates of a partner are included in its prices, or none is."""

from __future__ import annotations

from dataclasses import asdict, replace

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Invalid, NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.products import policy, publish, queries
from metaia.products.models import ProductRow, TaxRateRow
from metaia.products.records import TaxRate
from metaia.products.taxes import presenters
from metaia.shops import queries as shop_queries


def of_partner(partner_id: str) -> list[TaxRate]:
    """Return the active tax rates of a partner."""
    return queries.tax_rates(TaxRateRow.partner_id == partner_id, TaxRateRow.active)


def create(actor: Actor, given: Json) -> TaxRate:
    """Add a tax rate. Raises what changes of products raise."""
    partner_id = policy.partner_of(actor, given.pop("partner_id"))
    moment = now()
    with db.transaction():
        publish.lock(partner_id)
        policy.require_room(len(of_partner(partner_id)), policy.MAX_RATES, "tax rates")
        rate = TaxRate(new_id(), partner_id, version=1, created_at=moment, updated_at=moment, **given)
        _require_one_choice(rate)
        db.append(TaxRateRow, **asdict(rate))
        publish.changed(actor, partner_id, "create_tax_rate")
    return rate


def change(actor: Actor, rate_id: str, changes: Json, version: versions.Expected) -> TaxRate:
    """Change a tax rate. Raises what changes of products raise."""
    with db.transaction():
        before = _to_change(actor, rate_id, version)
        after = replace(before, **changes)
        return before if after == before else _store(actor, after)


def delete(actor: Actor, rate_id: str, version: versions.Expected) -> TaxRate:
    """Make a tax rate inactive. Raises Conflict (`tax_rate_used`) while active products or the delivery fee have it."""
    with db.transaction():
        found = _to_change(actor, rate_id, version)
        used = (ProductRow.tax_rate_id == rate_id) & ProductRow.active
        if queries.count(ProductRow, found.partner_id, used):
            raise Conflict("Active products have this tax rate.", code="tax_rate_used")
        shop = shop_queries.get(found.partner_id)
        if shop is not None and shop.fee_tax_rate_id == rate_id:
            raise Conflict("The delivery fee has this tax rate.", code="tax_rate_used")
        return _store(actor, replace(found, active=False))


def is_of(partner_id: str, rate_id: str) -> bool:
    """Return whether a tax rate is an active one of a partner."""
    return any(each.id == rate_id for each in of_partner(partner_id))


def _store(actor: Actor, rate: TaxRate) -> TaxRate:
    after = replace(rate, version=rate.version + 1, updated_at=now())
    _require_one_choice(after)
    db.change(TaxRateRow, **asdict(after))
    publish.changed(actor, after.partner_id, "change_tax_rate")
    return after


def _require_one_choice(rate: TaxRate) -> None:
    """Raise Invalid if another rate of the partner is in the prices and this one not, or the reverse."""
    others = [each for each in of_partner(rate.partner_id) if each.id != rate.id]
    if rate.active and any(each.included != rate.included for each in others):
        raise Invalid(details={"included": ["Must be the same for all tax rates of the partner."]})


def _to_change(actor: Actor, rate_id: str, version: versions.Expected) -> TaxRate:
    found = _get(rate_id)
    policy.require_change(actor, found.partner_id)
    publish.lock(found.partner_id)
    current = _get(rate_id)  # as it is now that nothing else changes it
    versions.require(version, current.version, "tax rate", lambda: presenters.conflict(current))
    return current


def _get(rate_id: str) -> TaxRate:
    for rate in queries.tax_rates(TaxRateRow.id == rate_id, TaxRateRow.active):
        return rate
    raise NotFound("There is no such tax rate.")

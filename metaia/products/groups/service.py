"""Changes of modifier groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import update

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid, NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.core.times import now
from metaia.products import policy, publish, queries
from metaia.products.groups import presenters
from metaia.products.groups import queries as group_queries
from metaia.products.models import GroupRow, OptionRow
from metaia.products.records import CHOICE, MEASUREMENT, TEXT, Group, Option, Product, ProductGroup

OWN = {CHOICE: {"options"}, TEXT: {"max_length"}, MEASUREMENT: {"unit", "min_value", "max_value", "step"}}
SIZES = ("min_value", "max_value", "step")


def of_partner(partner_id: str) -> list[Group]:
    """Return the active modifier groups of a partner."""
    return queries.groups_where(GroupRow.partner_id == partner_id, GroupRow.active)


def create(actor: Actor, given: Json) -> Group:
    """Add a modifier group. Raises what changes of products raise."""
    partner_id, moment = policy.partner_of(actor, given.pop("partner_id")), now()
    with db.transaction():
        shop = publish.lock(partner_id)
        policy.require_room(len(of_partner(partner_id)), policy.MAX_GROUPS, "modifier groups")
        fixed = {"kind": given.pop("kind"), "min": given.pop("min"), "max": given.pop("max")}
        empty = Group(
            new_id(), partner_id, given["name"], **fixed, currency=shop.currency, version=1,
            created_at=moment, updated_at=moment,
        )  # fmt: skip
        group = _composed(empty, given)
        db.append(GroupRow, **_row(group))
        _store_options((), group)
        publish.changed(actor, partner_id, "create_group")
    return group


def change(actor: Actor, group_id: str, changes: Json, version: versions.Expected) -> Group:
    """Change a modifier group. Raises what changes of products raise."""
    with db.transaction():
        before = _to_change(actor, group_id, version)
        after = _composed(before, changes)
        return before if after == before else _store(actor, before, after)


def delete(actor: Actor, group_id: str, version: versions.Expected) -> Group:
    """Take a modifier group from all products; orders keep what was chosen."""
    with db.transaction():
        before = _to_change(actor, group_id, version)
        return _store(actor, before, replace(before, active=False))


def _store(actor: Actor, before: Group, after: Group) -> Group:
    after = replace(after, version=before.version + 1, updated_at=now())
    users = group_queries.products_with_group(after.id)
    if after.active:
        _require_fitting(after, users)
    db.change(GroupRow, **_row(after))
    _store_options(before.options, after)
    publish.changed(actor, after.partner_id, "change_group", [product.id for product in users])
    return after


def _composed(before: Group, given: Json) -> Group:
    """Return a group with changes of a body. Raises Invalid."""
    foreign = set().union(*OWN.values()) - OWN[before.kind]
    if wrong := sorted(foreign & given.keys()):
        raise Invalid(details={wrong[0]: [f"Not with the kind `{before.kind}`."]})
    values = dict(given)
    if "price" in values:
        if before.kind == CHOICE:
            raise Invalid(details={"price": ["Give it at the options."]})
        values["price"] = amounts.minor(values["price"], before.currency, field="price")
    if "options" in values:
        values["options"] = _options(values["options"], before)
    after = replace(before, **values)
    _require_limits(after)
    return after


def _options(given: Sequence[Json], group: Group) -> tuple[Option, ...]:
    known = {option.id: option for option in group.options}
    ids = [each["id"] for each in given if "id" in each]
    if len(set(ids)) < len(ids) or not known.keys() >= set(ids):
        raise Invalid(details={"options": ["An id is given twice, or is of no option of this group."]})
    return tuple(_option(each, place, group.currency) for place, each in enumerate(given))


def _option(given: Json, position: int, currency: str) -> Option:
    price = amounts.minor(given["price"], currency, field=f"options.{position}.price")
    values: Json = {"id": new_id()} | given | {"price": price, "position": position}
    return Option(**values)


def _require_limits(group: Group) -> None:
    """Raise Invalid for limits that no customer can meet."""
    if group.min > group.max:
        raise Invalid(details={"min": ["Must not be above max."]})
    if group.kind != CHOICE:
        if group.max > 1:
            raise Invalid(details={"max": ["One text or measurement at most."]})
        if group.kind == MEASUREMENT and not (group.min_value or 0) < (group.max_value or 0):
            raise Invalid(details={"maxValue": ["Must be above minValue."]})
        return
    if group.min > group.most_choices:
        raise Invalid(details={"min": ["There are fewer choices."]})
    if sum(option.default for option in group.options) > group.max:
        raise Invalid(details={"options": ["More are chosen by default than max."]})


def _require_fitting(after: Group, users: Sequence[Product]) -> None:
    """Raise Invalid if a product with this group could not be ordered, or could cost less than 0."""
    ids = {use.group_id for product in users for use in product.groups}
    groups = queries.by_id(queries.groups_by_ids(ids)) if users else {}
    groups |= {after.id: after}
    own = group_queries.products_with_limits(after.id)
    following = [_following(product, after) for product in users if product.id not in own]
    changed = [*following, *(product for product in users if product.id in own)]
    policy.require_choices(changed, groups)
    policy.require_prices(changed, groups)


def _following(product: Product, group: Group) -> Product:
    """Return a product without limits of its own, with those of a group."""
    limits = ProductGroup(group.id, group.min, group.max)
    uses = (limits if use.group_id == group.id else use for use in product.groups)
    return replace(product, groups=tuple(uses))


def _row(group: Group) -> Json:
    row = asdict(group)
    del row["options"]
    sizes = {name: None if row[name] is None else str(row[name]) for name in SIZES}  # JSON has no decimals
    return row | sizes


def _store_options(before: Sequence[Option], group: Group) -> None:
    known = queries.by_id(before)
    for option in group.options:
        if option.id not in known:
            db.append(OptionRow, **asdict(option), group_id=group.id, active=True)
        elif option != known[option.id]:
            db.change(OptionRow, **asdict(option))
    for option_id in known.keys() - {option.id for option in group.options}:
        db.execute(update(OptionRow).where(OptionRow.id == option_id).values(active=False))


def _to_change(actor: Actor, group_id: str, version: versions.Expected) -> Group:
    found = _get(group_id)
    policy.require_change(actor, found.partner_id)
    publish.lock(found.partner_id)
    current = _get(group_id)  # as it is now that nothing else changes it
    versions.require(version, current.version, "modifier group", lambda: presenters.conflict(current))
    return current


def _get(group_id: str) -> Group:
    for group in queries.groups_by_ids([group_id]):
        return group
    raise NotFound("There is no such modifier group.")

"""The modifiers of an item: options, texts and measurements, within the limits of their groups. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from metaia.products.pricing.cart import Choice, Wanted
from metaia.products.pricing.result import Modifier, Refusal
from metaia.products.records import CHOICE, MEASUREMENT, TEXT, Group, Option, Product, is_offered


def modifiers(
    wanted: Wanted, product: Product, groups: Mapping[str, Group], now: datetime
) -> tuple[list[Modifier], list[Refusal]]:
    """Return the modifiers of an item, as far as they exist, and why they cannot be ordered as they are.

    Nothing is filled in: a group of which something must be chosen refuses an item without it.
    """
    offered = (use for use in product.groups if use.group_id in groups and groups[use.group_id].active)
    used = {use.group_id: use for use in offered}
    chosen: list[Modifier] = []
    refusals: list[Refusal] = []
    counts = dict.fromkeys(used, 0)
    for number, choice in enumerate(wanted.choices):
        path = f"{wanted.path}.modifiers.{number}"
        group = groups[choice.group_id] if choice.group_id in used else None
        modifier = _modifier(group, choice) if group else None
        if group is None or modifier is None:
            refusals.append(
                Refusal(
                    code="unknown_modifier", path=path, message="The product does not have this modifier."
                )
            )
            continue
        counts[group.id] += choice.quantity
        chosen.append(modifier)
        refusals += _refusals(group, choice, path, now)
    refusals += _of_options(wanted, groups)
    for group_id, use in used.items():
        refusals += _of_count(wanted.path, groups[group_id], counts[group_id], use.min, use.max)
    return chosen, refusals


def _modifier(group: Group, choice: Choice) -> Modifier | None:
    """Return what is chosen of a group; None for a choice of another kind, or of an option that is not in it."""
    if group.kind == CHOICE:
        option = _option(group, choice)
        if option is None:
            return None
        return Modifier(group.id, group.name, option.price, choice.quantity, option.id, option.name)
    if choice.option_id is not None or choice.quantity != 1:
        return None
    if group.kind == TEXT and choice.text is not None:
        return Modifier(group.id, group.name, group.price, text=choice.text)
    if group.kind == MEASUREMENT and choice.value is not None:
        return Modifier(group.id, group.name, group.price, value=choice.value, unit=group.unit)
    return None


def _option(group: Group, choice: Choice) -> Option | None:
    return next((each for each in group.options if each.id == choice.option_id), None)


def _refusals(group: Group, choice: Choice, path: str, now: datetime) -> Iterator[Refusal]:
    option = _option(group, choice)
    if option is not None and not is_offered(option, now):
        more: dict[str, Any] = {"until": option.sold_out_until} if option.sold_out_until else {}
        yield Refusal(code="product_unavailable", path=path, message="This is sold out.", more=more)
    if choice.text is not None and group.max_length is not None and len(choice.text) > group.max_length:
        more = {"maxLength": group.max_length}
        yield Refusal(
            code="text_too_long", path=path, message=f"At most {group.max_length} characters.", more=more
        )
    if group.kind == MEASUREMENT and not _fits(group, choice):
        limits = {"minValue": group.min_value, "maxValue": group.max_value, "step": group.step}
        yield Refusal(
            code="measurement_out_of_range",
            path=path,
            message="This size cannot be made.",
            more=limits | {"unit": group.unit},
        )


def _fits(group: Group, choice: Choice) -> bool:
    """Return whether a measurement is in the unit and the range of its group. Both limits are included."""
    value, least, most = choice.value, group.min_value, group.max_value
    if value is None or choice.unit not in (None, group.unit):
        return False
    if (least is not None and value < least) or (most is not None and value > most):
        return False
    return not group.step or (value - (least or 0)) % group.step == 0


def _of_options(wanted: Wanted, groups: Mapping[str, Group]) -> Iterator[Refusal]:
    """Yield a refusal for each option that is taken more often than it may be."""
    taken: dict[tuple[str, str | None], int] = {}
    for choice in wanted.choices:
        key = (choice.group_id, choice.option_id)
        taken[key] = taken.get(key, 0) + choice.quantity
    for (group_id, option_id), quantity in taken.items():
        options = groups[group_id].options if group_id in groups else ()
        most = next((each.max_quantity for each in options if each.id == option_id), quantity)
        if quantity > most:
            more = {"groupId": group_id, "optionId": option_id, "max": most}
            yield Refusal(
                code="too_many_modifiers", path=wanted.path, message=f"At most {most} of this.", more=more
            )


def _of_count(path: str, group: Group, count: int, fewest: int, most: int) -> Iterator[Refusal]:
    if count < fewest:
        more = {"groupId": group.id, "min": fewest}
        yield Refusal(
            code="modifier_required", path=path, message=f"{group.name}: choose at least {fewest}.", more=more
        )
    elif count > most:
        more = {"groupId": group.id, "max": most}
        yield Refusal(
            code="too_many_modifiers", path=path, message=f"{group.name}: choose at most {most}.", more=more
        )

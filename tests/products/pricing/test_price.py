"""Prices of carts against a slow oracle in fractions, and the rules by which they are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from metaia.products.pricing.cart import DELIVERY, FULFILMENTS, Cart, Choice, Conditions, Wanted
from metaia.products.pricing.coupon import KINDS, Coupon, History, key, shares
from metaia.products.pricing.price import price
from metaia.products.pricing.result import Priced, changed
from metaia.products.records import (
    Catalogue,
    Group,
    Option,
    Product,
    ProductGroup,
    TaxRate,
    Variant,
)

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHOP = "shop"
AMOUNT = st.integers(0, 10**7)
COUNT = st.integers(1, 40)


def product(name: str, *variants: Variant, **more: Any) -> Product:
    fixed: dict[str, Any] = {"kind": "item", "currency": "INR", "version": 1, "created_at": NOW}
    return Product(name, SHOP, name, **fixed, updated_at=NOW, variants=variants, **more)


def group(name: str, kind: str = "choice", **more: Any) -> Group:
    made: dict[str, Any] = {"created_at": NOW, "updated_at": NOW, "version": 1, "currency": "INR"}
    return Group(id=name, partner_id=SHOP, name=name, kind=kind, min=0, max=9, **made | more)


def half_up(amount: Fraction) -> int:
    return floor(amount + Fraction(1, 2))


@st.composite
def rates(draw: st.DrawFn) -> dict[str, TaxRate]:
    included = draw(st.booleans())  # one choice per partner
    drawn = draw(st.lists(st.integers(0, 5000), min_size=1, max_size=3))
    made: dict[str, Any] = {"partner_id": SHOP, "version": 1, "created_at": NOW, "updated_at": NOW}
    found = [
        TaxRate(id=f"r{n}", name=f"r{n}", rate_bps=bps, included=included, **made)
        for n, bps in enumerate(drawn)
    ]
    return {rate.id: rate for rate in found}


@st.composite
def catalogues(draw: st.DrawFn, currency: str) -> Catalogue:
    tax = draw(rates())
    extras = [Option(f"o{n}", f"o{n}", draw(st.integers(0, 5000)), max_quantity=9) for n in range(2)]
    made = {}
    for n in range(draw(st.integers(1, 4))):
        listed, sale = draw(AMOUNT), draw(st.none() | AMOUNT)
        start = NOW + draw(st.sampled_from([-HOUR, timedelta(0), HOUR]))
        variant = Variant(
            f"v{n}", listed, sale_price=sale, sale_from=start, sale_until=start + HOUR, stock=None
        )
        at = draw(st.none() | st.sampled_from(sorted(tax)))
        uses = (ProductGroup("g", 0, 9),)
        made[f"p{n}"] = product(f"p{n}", variant, tax_rate_id=at, groups=uses)
    products = {name: replace(each, currency=currency) for name, each in made.items()}
    return Catalogue(products, {"g": group("g", options=tuple(extras))}, tax, {})


@st.composite
def situations(draw: st.DrawFn) -> tuple[Cart, Catalogue, Conditions, Coupon | None]:
    currency = draw(st.sampled_from(["INR", "JPY", "KWD"]))
    catalogue = draw(catalogues(currency))
    names = st.sampled_from(sorted(catalogue.products))
    items = []
    for n in range(draw(st.integers(1, 6))):
        if draw(st.integers(0, 5)) == 0:
            items.append(Wanted(f"items.{n}", draw(COUNT), name="by hand", price=draw(AMOUNT)))
            continue
        chosen = draw(st.lists(st.sampled_from(["o0", "o1"]), unique=True))
        choices = tuple(Choice("g", option, draw(st.integers(1, 4))) for option in chosen)
        items.append(Wanted(f"items.{n}", draw(COUNT), product_id=draw(names), choices=choices))
    fee = draw(st.integers(0, 9000))
    conditions = Conditions(
        draw(AMOUNT), fee, draw(st.none() | AMOUNT), draw(st.sampled_from([None, *catalogue.tax_rates]))
    )
    coupon = draw(st.none() | coupons(currency, sorted(catalogue.products)))
    fulfilment = draw(st.sampled_from(FULFILMENTS))
    code = coupon.code if coupon else None
    cart = Cart(SHOP, currency, tuple(items), fulfilment, draw(st.integers(0, 10**5)), code)
    return cart, catalogue, conditions, coupon


@st.composite
def coupons(draw: st.DrawFn, currency: str, products: list[str]) -> Coupon:
    kind = draw(st.sampled_from(KINDS))
    value = draw(st.integers(1, 10_000)) if kind == "percent" else draw(AMOUNT)
    only = draw(st.none() | st.lists(st.sampled_from(products), min_size=1, unique=True).map(tuple))
    most = draw(st.none() | AMOUNT)
    return Coupon(
        "c", draw(st.sampled_from([None, SHOP])), "C", kind, value, currency, most, product_ids=only
    )


def oracle(cart: Cart, catalogue: Catalogue, conditions: Conditions, coupon: Coupon | None) -> dict[str, int]:
    """Compute the sums of a cart again, with fractions and by another way."""
    totals: list[int] = []
    eligible: list[bool] = []
    of_rate: dict[int, str | None] = {}
    for item in cart.items:
        if item.product_id is None:
            totals.append(item.quantity * item.price)
            eligible.append(coupon is not None and coupon.product_ids is None)
            continue
        found = catalogue.products[item.product_id]
        variant = found.variants[0]
        begins, ends = variant.sale_from, variant.sale_until
        sold = begins is not None and ends is not None and begins <= NOW < ends
        listed = variant.price if not sold or variant.sale_price is None else variant.sale_price
        options = {option.id: option.price for option in catalogue.groups["g"].options}
        chosen = (str(each.option_id) for each in item.choices for _ in range(each.quantity))
        unit = listed + sum(options[option] for option in chosen)
        totals.append(sum(unit for _ in range(item.quantity)))
        eligible.append(coupon is not None and (coupon.product_ids is None or found.id in coupon.product_ids))
        of_rate[len(totals) - 1] = found.tax_rate_id
    base = sum(amount for amount, counts in zip(totals, eligible, strict=True) if counts)
    discount = 0
    if coupon and any(eligible) and coupon.kind != "free_delivery":
        part = Fraction(coupon.value, 10_000)
        discount = half_up(base * part) if coupon.kind == "percent" else coupon.value
        discount = min(base, discount, *([] if coupon.max_discount is None else [coupon.max_discount]))
    exact = [Fraction(discount * total, base) if counts and base else Fraction(0)
             for total, counts in zip(totals, eligible, strict=True)]  # fmt: skip
    parts = [floor(each) for each in exact]
    while sum(parts) < discount:
        rest = [each - part for each, part in zip(exact, parts, strict=True)]
        parts[rest.index(max(rest))] += 1
    fee = conditions.fee if cart.fulfilment == DELIVERY else 0
    free = coupon is not None and coupon.kind == "free_delivery"
    if free or (conditions.free_from is not None and sum(totals) >= conditions.free_from):
        fee = 0
    added = included = 0
    for rate in catalogue.tax_rates.values():
        taxed = Fraction(sum(totals[n] - parts[n] for n, used in of_rate.items() if used == rate.id))
        taxed += fee if conditions.fee_tax_rate_id == rate.id else 0
        part = Fraction(rate.rate_bps, 10_000)
        if rate.included:
            included += half_up(taxed - taxed / (1 + part))
        else:
            added += half_up(taxed * part)
    whole = sum(totals) - discount + fee + added + cart.tip
    return {"subtotal": sum(totals), "discount": discount, "fees": fee, "added": added, "included": included,
            "total": whole}  # fmt: skip


def sums(priced: Priced) -> dict[str, int]:
    included = sum(tax.amount for tax in priced.taxes if tax.included)
    return {"subtotal": priced.subtotal, "discount": priced.discount, "fees": priced.fee_total,
            "added": priced.tax_added, "included": included, "total": priced.total}  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(situations())
def test_prices_are_those_of_the_oracle(situation: Any) -> None:
    cart, catalogue, conditions, coupon = situation
    priced = price(cart, catalogue, conditions, NOW, coupon)
    assert sums(priced) == oracle(cart, catalogue, conditions, coupon if not priced.coupon_refusal else None)
    assert sum(line.share for line in priced.lines) == priced.discount
    assert all(0 <= line.share <= line.total for line in priced.lines)
    assert min(priced.amounts().values()) >= 0
    if priced.discount == priced.subtotal:
        assert priced.total == priced.fee_total + priced.tip + priced.tax_added
    again = price(cart, catalogue, conditions, NOW, coupon)
    assert changed(priced.fingerprint(), again) == []
    more = price(replace(cart, tip=cart.tip + 1), catalogue, conditions, NOW, coupon)
    assert changed(priced.fingerprint(), more) == [
        ("tip", cart.tip, cart.tip + 1),
        ("total", priced.total, priced.total + 1),
    ]


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_shares_add_up_and_none_exceeds_its_part(amount: int, parts: list[int]) -> None:
    amount = min(amount, sum(parts))
    found = shares(amount, parts)
    assert sum(found) == amount
    assert all(0 <= share <= part for share, part in zip(found, parts, strict=True))


SIZES = group("size", options=(Option("s", "S"), Option("l", "L", 200, max_quantity=2)))
TEXT = group("text", "text", max_length=5, price=50)
CHEST = group(
    "chest", "measurement", unit="cm", min_value=Decimal(60), max_value=Decimal(140), step=Decimal("0.5")
)
GROUPS = {each.id: each for each in (SIZES, TEXT, CHEST)}
USES = (ProductGroup("size", 1, 2), ProductGroup("text", 0, 1), ProductGroup("chest", 0, 1))
SHIRT = product("shirt", Variant("plain", 3000, stock=3), Variant("silk", 9000), groups=USES)
SHOP_OF_SHIRTS = Catalogue({"shirt": SHIRT}, GROUPS, {}, {})
SIZE = Choice("size", "l")


def refused(*choices: Choice, catalogue: Catalogue = SHOP_OF_SHIRTS, **item: Any) -> list[tuple[str, str]]:
    quantity = item.pop("quantity", 1)
    wanted = Wanted("items.0", quantity, product_id="shirt", choices=choices or (SIZE,), **item)
    found = price(Cart(SHOP, "INR", (wanted,)), catalogue, Conditions(), NOW)
    return [(each.code, each.path) for each in found.refusals]


def test_modifiers_keep_the_limits_of_their_groups() -> None:
    unknown, first, item = "unknown_modifier", "items.0.modifiers.0", "items.0"
    second = "items.0.modifiers.1"
    table: list[tuple[tuple[Choice, ...], list[tuple[str, str]]]] = [
        ((SIZE,), []),
        ((Choice("size", "l", 2),), []),
        ((SIZE, Choice("text", text="Asha")), []),
        ((SIZE, Choice("chest", value=Decimal("98.5"), unit="cm")), []),
        ((SIZE, Choice("chest", value=Decimal(60))), []),  # both limits are included
        ((SIZE, Choice("chest", value=Decimal(140))), []),
        ((Choice("text", text="Asha"),), [("modifier_required", item)]),
        ((Choice("size", "s"), Choice("size", "l", 2)), [("too_many_modifiers", item)]),
        ((Choice("size", "l"), Choice("size", "l", 2)), [("too_many_modifiers", item)] * 2),
        ((SIZE, Choice("size", "other")), [(unknown, second)]),
        ((Choice("other", "s"), SIZE), [(unknown, first)]),
        ((SIZE, Choice("text", "s")), [(unknown, second)]),
        ((SIZE, Choice("text", text="Ashari")), [("text_too_long", second)]),
        ((SIZE, Choice("chest", value=Decimal("59.5"))), [("measurement_out_of_range", second)]),
        ((SIZE, Choice("chest", value=Decimal("98.25"))), [("measurement_out_of_range", second)]),
        ((SIZE, Choice("chest", value=Decimal(38), unit="in")), [("measurement_out_of_range", second)]),
    ]
    for choices, expected in table:
        assert refused(*choices) == expected, choices


def test_what_is_not_offered_is_refused() -> None:
    gone, item = "product_unavailable", "items.0"
    sold = replace(SHIRT, sold_out_until=NOW + HOUR)
    dear = replace(SIZES, options=(replace(SIZES.options[1], available=False),))
    table: list[tuple[Catalogue, dict[str, Any], list[tuple[str, str]]]] = [
        (replace(SHOP_OF_SHIRTS, products={}), {}, [(gone, item)]),
        (replace(SHOP_OF_SHIRTS, products={"shirt": replace(SHIRT, active=False)}), {}, [(gone, item)]),
        (replace(SHOP_OF_SHIRTS, products={"shirt": replace(SHIRT, available=False)}), {}, [(gone, item)]),
        (replace(SHOP_OF_SHIRTS, products={"shirt": sold}), {}, [(gone, item)]),
        (replace(SHOP_OF_SHIRTS, products={"shirt": replace(sold, sold_out_until=NOW)}), {}, []),
        (replace(SHOP_OF_SHIRTS, products={"shirt": replace(SHIRT, partner_id="x")}), {}, [(gone, item)]),
        (replace(SHOP_OF_SHIRTS, products={"shirt": replace(SHIRT, currency="EUR")}), {},
         [("currency_mismatch", item)]),
        (replace(SHOP_OF_SHIRTS, groups=GROUPS | {"size": dear}), {}, [(gone, "items.0.modifiers.0")]),
        (SHOP_OF_SHIRTS, {"variant_id": "other"}, [(gone, item)]),
        (SHOP_OF_SHIRTS, {"quantity": 3}, []),
        (SHOP_OF_SHIRTS, {"quantity": 4}, [("out_of_stock", item)]),
        (SHOP_OF_SHIRTS, {"variant_id": "silk", "quantity": 400}, []),
    ]  # fmt: skip
    for catalogue, more, expected in table:
        assert refused(catalogue=catalogue, **more) == expected, (catalogue.products, more)


def test_two_lines_of_one_variant_share_its_stock() -> None:
    items = tuple(Wanted(f"items.{n}", 2, product_id="shirt", choices=(SIZE,)) for n in range(2))
    found = price(Cart(SHOP, "INR", items), SHOP_OF_SHIRTS, Conditions(), NOW)
    assert [(each.code, each.path, each.more) for each in found.refusals] == [
        ("out_of_stock", "items.1", {"available": 1})
    ]


def test_a_cart_below_the_minimum_is_priced() -> None:
    cart = Cart(SHOP, "INR", (Wanted("items.0", 1, name="x", price=500),), DELIVERY)
    found = price(cart, SHOP_OF_SHIRTS, Conditions(minimum=3000, fee=40), NOW)
    assert found.total == 540
    assert [(each.code, each.more["missing"]) for each in found.refusals] == [("below_minimum", 2500)]
    enough = price(cart, SHOP_OF_SHIRTS, Conditions(minimum=500, fee=40, free_from=500), NOW)
    assert (enough.refusals, enough.total, enough.fees[0].waived) == (
        (),
        500,
        40,
    )  # limits include their value


def test_a_coupon_gives_the_reason_for_which_it_does_not_count() -> None:
    cart = Cart(SHOP, "INR", (Wanted("items.0", 1, name="x", price=500),), coupon_code="TEN")
    ten = Coupon("c", SHOP, "TEN", "percent", 1000, "INR")
    table: list[tuple[Coupon | None, History, str | None]] = [
        (ten, History(), None),
        (None, History(), "unknown"),
        (replace(ten, active=False), History(), "inactive"),
        (replace(ten, partner_id="x"), History(), "other_partner"),
        (replace(ten, starts_at=NOW + HOUR), History(), "not_started"),
        (replace(ten, starts_at=NOW, ends_at=NOW + HOUR), History(), None),
        (replace(ten, ends_at=NOW), History(), "expired"),
        (replace(ten, usage_limit=2, used=2), History(), "used_up"),
        (replace(ten, per_customer_limit=1), History(uses=1), "per_customer"),
        (replace(ten, first_order_only=True), History(has_ordered=True), "not_first_order"),
        (replace(ten, minimum=501), History(), "minimum"),
        (replace(ten, minimum=500), History(), None),
        (replace(ten, product_ids=("shirt",)), History(), "not_eligible"),
        (replace(ten, kind="free_delivery"), History(), "not_eligible"),
    ]
    for coupon, history, reason in table:
        found = price(cart, SHOP_OF_SHIRTS, Conditions(), NOW, coupon, history)
        assert (found.coupon_refusal, found.discount) == (reason, 0 if reason else 50), coupon
        assert [each.more for each in found.refusals] == ([{"reason": reason}] if reason else [])
    assert key("İSTANBUL") == key("i̇stanbul")
    assert key("Straße") == key("STRASSE ")


def test_a_fingerprint_of_another_cart_never_fits() -> None:
    cart = Cart(SHOP, "INR", (Wanted("items.0", 1, product_id="shirt", choices=(SIZE,)),))
    old = price(cart, SHOP_OF_SHIRTS, Conditions(), NOW)
    dearer = replace(SHIRT, variants=(replace(SHIRT.variants[0], price=4000),))
    now = price(cart, replace(SHOP_OF_SHIRTS, products={"shirt": dearer}), Conditions(), NOW)
    assert changed(old.fingerprint(), now) == [("items.0.price", 3200, 4200), ("total", 3200, 4200)]
    for nonsense in ("", "x", ".", "..", "a.zz", "₹.1.2.3", "x." + "z" * 1000, old.fingerprint() + ".1"):
        assert changed(nonsense, now), nonsense

"""Products, sections, modifier groups and tax rates by the API."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.products import policy
from metaia.products.search import queries as search
from tests.support.catalogues import add, changed, open_shop
from tests.support.media import insert_media
from tests.support.people import Person, World
from tests.support.plans import nodes, plans

SIZE = {
    "name": "Size",
    "min": 1,
    "options": [{"name": "Slim"}, {"name": "Wide", "price": 50, "default": True}],
}
SALE = {"price": 1200, "from": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def shop(world: World) -> Person:
    return open_shop(world.person("tailor"))


def test_a_product_is_made_read_changed_and_hidden(shop: Person, world: World):
    customer = world.person()
    section, rate = (
        add(shop, "section", name="Shirts"),
        add(shop, "taxRate", name="GST", rate=12.5, included=True),
    )
    size = add(shop, "modifierGroup", **SIZE)
    assert (rate["rate"], [option["price"] for option in size["options"]]) == (12.5, [0, 50])
    made = add(
        shop, name="Linen shirt", sectionId=section["id"], taxRateId=rate["id"], tags=["linen"],
        modifierGroups=[{"groupId": size["id"]}],
        variants=[
            {"name": "S", "sku": "LS-S", "price": 1499.5, "stock": 3},
            {"name": "L", "price": 1600, "sale": SALE},
        ],
    )  # fmt: skip
    small, large = made["variants"]
    assert (made["price"], made["sku"], made["currency"], made["version"]) == (1499.5, "LS-S", "INR", 1)
    assert made["modifierGroups"] == [{"groupId": size["id"], "min": 1, "max": 1}]
    assert (small["stock"], large["stock"], large["sale"]["price"]) == (3, None, 1200)
    path = f"/api/products/{made['id']}"
    seen = customer.get(path).json()["data"]["product"]
    assert [each["stock"] for each in seen["variants"]] == [None, None]  # only its partner sees it
    kept = [{"id": small["id"], "name": "S", "price": 1400}, {"name": "XL", "price": 1700, "sku": "LS-S"}]
    after = changed(shop, path, {"variants": kept, "name": "Shirt", "expectedVersion": 1})
    assert [(each["name"], each["sku"], each["stock"]) for each in after["variants"]] == [
        ("S", None, 3), ("XL", "LS-S", None),
    ]  # fmt: skip
    assert (after["version"], after["variants"][0]["id"]) == (2, small["id"])
    stale = shop.patch(path, {"name": "Other", "expectedVersion": 1})
    assert (stale.status_code, stale.json()["error"]["details"]["product"]["name"]) == (409, "Shirt")
    limits = [{"groupId": size["id"], "min": 0, "max": 1}]
    assert changed(shop, path, {"modifierGroups": limits})["modifierGroups"] == limits
    assert shop.delete(path, headers={"If-Match": '"3"'}).json()["data"]["product"]["active"] is False
    assert (customer.get(path).status_code, shop.get(path).status_code) == (404, 200)
    listed = f"/api/products?partnerId={shop.id}"
    assert customer.get(listed).json()["data"]["products"] == []
    assert customer.get(f"{listed}&active=false").status_code == 403
    assert [each["id"] for each in shop.get(f"{listed}&active=false").json()["data"]["products"]] == [
        made["id"]
    ]


def test_a_group_changes_all_its_products_and_none_costs_less_than_nothing(shop: Person):
    size = add(shop, "modifierGroup", **SIZE)
    made = add(shop, name="Shirt", price=20, modifierGroups=[{"groupId": size["id"]}])
    path = f"/api/modifier-groups/{size['id']}"
    _, wide = size["options"]
    after = changed(
        shop, path, {"options": [{"id": wide["id"], "name": "Wide", "price": -20}, {"name": "Oversize"}]}
    )
    assert [(option["id"] == wide["id"], option["price"]) for option in after["options"]] == [
        (True, -20),
        (False, 0),
    ]
    for body in (
        {"options": [{"name": "Gift", "price": -20.01}]},
        {"options": [{"name": "Gift", "price": -15}, {"name": "Gift 2", "price": -15}], "max": 2},
    ):
        refused = shop.patch(path, body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "negative_price"), body
    assert (
        shop.patch(f"/api/products/{made['id']}", {"price": 19}).json()["error"]["code"] == "negative_price"
    )
    assert changed(shop, path, {"max": 2})["max"] == 2
    [use] = shop.get(f"/api/products/{made['id']}").json()["data"]["product"]["modifierGroups"]
    assert use == {"groupId": size["id"], "min": 1, "max": 2}  # the product follows the group
    shop.delete(path)
    assert shop.get(f"/api/products/{made['id']}").json()["data"]["product"]["modifierGroups"] == []
    assert shop.get(f"/api/modifier-groups?partnerId={shop.id}").json()["data"]["modifierGroups"] == []


def test_a_product_never_needs_more_choices_than_there_are(shop: Person):
    three = [{"name": name} for name in ("Red", "Blue", "Green")]
    colours = add(shop, "modifierGroup", name="Colours", max=3, options=three)
    path = f"/api/modifier-groups/{colours['id']}"
    own = [{"groupId": colours["id"], "min": 3, "max": 3}]
    made = add(shop, name="Scarf", price=5, modifierGroups=own)
    fewer = {"options": [{"id": each["id"], "name": each["name"]} for each in colours["options"][:2]]}
    refused = shop.patch(path, fewer)
    assert (refused.status_code, refused.json()["error"]["details"]) == (422, {"productId": [made["id"]]})
    shop.delete(f"/api/products/{made['id']}")
    assert len(changed(shop, path, fewer)["options"]) == 2  # nobody can order a hidden product
    assert shop.patch(f"/api/products/{made['id']}", {"active": True}).status_code == 422
    shown = {"ids": [made["id"]], "set": {"active": True}}
    assert shop.post("/api/products/bulk", shown).status_code == 422
    less = [{"groupId": colours["id"], "min": 2, "max": 2}]
    assert changed(shop, f"/api/products/{made['id']}", {"active": True, "modifierGroups": less})["active"]


def test_limits_of_a_product_stay_its_own_when_the_group_gets_the_same(shop: Person):
    size = add(shop, "modifierGroup", name="Size", max=1, options=[{"name": "Wide"}, {"name": "Long"}])
    path = f"/api/modifier-groups/{size['id']}"
    own = [{"groupId": size["id"], "min": 0, "max": 2}]
    add(shop, name="Shirt", price=10, modifierGroups=own)
    changed(shop, path, {"max": 2})
    cheap = [{"name": "Gift", "price": -9}, {"name": "Second gift", "price": -9}]
    refused = shop.patch(path, {"max": 1, "options": cheap})  # the product still allows both
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "negative_price")


def test_texts_and_measurements_are_groups_too(shop: Person):
    text = add(shop, "modifierGroup", name="Monogram", kind="text", maxLength=12, price=99.5)
    chest = add(
        shop, "modifierGroup", name="Chest", kind="measurement", min=1, unit="cm", minValue=60, maxValue=160.5, step=0.5
    )  # fmt: skip
    assert (text["maxLength"], text["price"], text["options"]) == (12, 99.5, [])
    assert (chest["minValue"], chest["maxValue"], chest["step"]) == (60, 160.5, 0.5)
    assert changed(shop, f"/api/modifier-groups/{chest['id']}", {"maxValue": 170})["maxValue"] == 170


def test_sections_have_an_order_and_leave_their_products(shop: Person):
    first, second = (add(shop, "section", name=name) for name in ("Breakfast", "Dinner"))
    made = add(shop, name="Eggs", price=5, sectionId=first["id"])
    answer = shop.put("/api/sections/order", {"ids": [second["id"], first["id"]]})
    assert [each["name"] for each in answer.json()["data"]["sections"]] == ["Dinner", "Breakfast"]
    hours = {"sat": [{"from": "08:00", "to": "11:00"}]}
    assert changed(shop, f"/api/sections/{first['id']}", {"hours": hours})["hours"]["sat"] == hours["sat"]
    shop.delete(f"/api/sections/{first['id']}")
    assert shop.get(f"/api/products/{made['id']}").json()["data"]["product"]["sectionId"] is None
    listed = shop.get(f"/api/sections?partnerId={shop.id}").json()["data"]["sections"]
    assert [each["id"] for each in listed] == [second["id"]]


def test_tax_rates_are_in_all_prices_or_in_none(shop: Person):
    rate = add(shop, "taxRate", name="GST", rate=5, included=True)
    path = f"/api/tax-rates/{rate['id']}"
    other = shop.post("/api/tax-rates", {"name": "Luxury", "rate": 28, "included": False})
    assert other.json()["error"]["details"].keys() == {"included"}
    made = add(shop, name="Shirt", price=5, taxRateId=rate["id"])
    assert shop.delete(path).json()["error"]["code"] == "tax_rate_used"
    changed(shop, f"/api/products/{made['id']}", {"taxRateId": None})
    assert shop.delete(path).json()["data"]["taxRate"]["active"] is False
    assert shop.patch(path, {"rate": 6}).status_code == 404
    taken = shop.patch(
        f"/api/products/{made['id']}", {"taxRateId": rate["id"]}
    )  # it may differ from the others
    assert taken.json()["error"]["details"].keys() == {"taxRateId"}


def test_a_catalogue_belongs_to_one_partner_with_a_profile(shop: Person, world: World):
    bare, other, admin = world.person("vendor"), open_shop(world.person("vendor")), world.staff("admin")
    refused = bare.post("/api/products", {"name": "Shirt", "price": 5})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "profile_needed")
    section, rate = (
        add(other, "section", name="Shirts"),
        add(other, "taxRate", name="GST", rate=5, included=True),
    )
    group, theirs = add(other, "modifierGroup", **SIZE), add(other, name="Hat", price=1)
    mine = add(shop, name="Shirt", price=5)
    for body in (
        {"sectionId": section["id"]},
        {"taxRateId": rate["id"]},
        {"modifierGroups": [{"groupId": group["id"]}]},
        {"variants": [{"id": theirs["variants"][0]["id"], "price": 1}]},
    ):
        assert shop.patch(f"/api/products/{mine['id']}", body).status_code == 422, body
        assert shop.patch(f"/api/products/{theirs['id']}", body).status_code == 403
    assert admin.post("/api/products", {"name": "Cap", "price": 3}).status_code == 422
    assert add(admin, name="Cap", price=3, partnerId=shop.id)["partnerId"] == shop.id


def test_the_parts_of_a_catalogue_are_public_with_its_shop(world: World):
    draft = open_shop(world.person("vendor"), status="draft")
    add(draft, "section", name="Secret")
    add(draft, "taxRate", name="GST", rate=5, included=True)
    add(draft, "modifierGroup", **SIZE)
    for path in ("sections", "tax-rates", "modifier-groups"):
        lists = [
            next(iter(person.get(f"/api/{path}?partnerId={draft.id}").json()["data"].values()))
            for person in (draft, world.staff("admin"), world.person())
        ]
        assert [len(each) for each in lists] == [1, 1, 0], path


BAD_PRODUCTS: list[dict[str, Any]] = [
    {"name": "x"},
    {"price": 1},
    {"name": "x", "price": -1},
    {"name": "x", "price": 1.005},
    {"name": "x", "price": "1e400"},
    {"name": "x", "price": "NaN"},
    {"name": "x", "price": 10**12},
    {"name": "x", "variants": []},
    {"name": "x", "price": 1, "variants": [{"price": 1}]},
    {"name": "x", "variants": [{"price": 1}, {"price": 2}]},
    {"name": "x", "variants": [{"price": 1, "name": "a", "sku": "1"}, {"price": 1, "name": "b", "sku": "1"}]},
    {"name": "x", "variants": [{"price": 1, "id": NOBODY}]},
    {"name": "x", "variants": [{"price": 1, "name": str(n)} for n in range(51)]},
    {"name": "x", "price": 1, "stock": -1},
    {"name": "x", "price": 1, "stock": 10**10},
    {"name": "x\0", "price": 1},
    {"name": "x", "price": 1, "sectionId": NOBODY},
    {"name": "x", "price": 1, "mediaIds": [NOBODY]},
    {"name": "x", "price": 1, "modifierGroups": [{"groupId": NOBODY, "min": 2, "max": 1}]},
    {"name": "x", "variants": [{"price": 1, "sale": SALE | {"until": "2025-01-01T00:00:00Z"}}]},
]
BAD_GROUPS: list[dict[str, Any]] = [
    {"name": "x"},
    {"name": "x", "kind": "text"},
    {"name": "x", "kind": "text", "maxLength": 501},
    {"name": "x", "options": []},
    {"name": "x", "options": [{"name": "a"}], "min": 2, "max": 2},
    {"name": "x", "options": [{"name": "a"}], "min": 2},
    {"name": "x", "options": [{"name": "a", "default": True}, {"name": "b", "default": True}]},
    {"name": "x", "options": [{"name": "a"}], "maxLength": 3},
    {"name": "x", "options": [{"name": "a"}], "price": 3},
    {"name": "x", "options": [{"name": "a", "id": NOBODY}]},
    {"name": "x", "options": [{"name": str(n)} for n in range(101)]},
    {"name": "x", "kind": "measurement", "unit": "cm", "minValue": 9, "maxValue": 8},
    {"name": "x", "kind": "measurement", "unit": "m", "minValue": 1, "maxValue": 8},
    {"name": "x", "kind": "measurement", "unit": "cm", "minValue": 1.001, "maxValue": "1e30"},
]


def test_pictures_are_the_partners_and_leave_with_their_file(shop: Person):
    mine, other = (insert_media(shop, folder="menu").id for _ in range(2))
    made = add(shop, name="Shirt", price=5, mediaIds=[mine, other])
    path = f"/api/products/{made['id']}"
    assert made["mediaIds"] == [mine, other]
    shown = [(each["id"], each["url"].partition("?")[0]) for each in made["media"]]
    assert [each for each, _ in shown] == [mine, other]
    assert all(url.startswith("http") for _, url in shown)
    listed = shop.get(f"/api/products?partnerId={shop.id}").json()["data"]["products"]
    [section] = shop.get(f"/api/partners/{shop.id}/menu").json()["data"]["sections"]
    assert listed[0]["media"] == section["products"][0]["media"] == made["media"]
    assert shop.delete(f"/api/upload/{other}?force=true").ok
    left = shop.get(path).json()["data"]["product"]
    assert (left["mediaIds"], left["version"]) == ([mine], 2)
    assert changed(shop, path, {"mediaIds": []})["mediaIds"] == []


def test_bad_bodies_are_refused_and_change_nothing(shop: Person):
    made = add(shop, name="Shirt", price=5, sku="taken")
    for path, bodies in (("products", BAD_PRODUCTS), ("modifier-groups", BAD_GROUPS)):
        for body in bodies:
            assert shop.post(f"/api/{path}", body).status_code == 422, body
    for body in ({"name": "x", "rate": 50.01, "included": True}, {"name": "x", "rate": 1.005, "included": True},
                 {"name": "x", "rate": -1, "included": True}, {"name": "x", "rate": 1}):  # fmt: skip
        assert shop.post("/api/tax-rates", body).status_code == 422, body
    closed, unclear = [{"from": "08:00", "to": "08:00"}], [{"from": "8", "to": "9"}]
    weeks: list[dict[str, Any]] = [{"mon": closed}, {"mon": unclear}, {"moon": []}]
    for hours in weeks:
        assert shop.post("/api/sections", {"name": "x", "hours": hours}).status_code == 422, hours
    assert shop.put("/api/sections/order", {"ids": [NOBODY]}).status_code == 422
    assert shop.post("/api/products", {"name": "y", "price": 1, "sku": "taken"}).status_code == 422
    assert (
        shop.patch(
            f"/api/products/{made['id']}",
            {"variants": [{"id": made["variants"][0]["id"], "price": 1, "stock": 1}]},
        ).status_code
        == 422
    )
    listed = shop.get(f"/api/products?partnerId={shop.id}").json()["data"]["products"]
    assert listed == [made]


def test_the_search_finds_words_with_and_without_accents_of_published_shops(shop: Person, world: World):
    word = f"x{uuid.uuid4().hex[:10]}"
    cream, kurta = (
        add(shop, name=f"{name} {word}", price=n, tags=["t"]) for n, name in ((3, "Café crème"), (5, "कुर्ता"))
    )
    coat = add(shop, name=f"शेरवानी {word}y", price=9)
    hidden = open_shop(world.person("vendor"), status="draft")
    add(hidden, name=f"Café {word}", price=1)
    http, base = world.person(), f"{word}"

    def found(query: str) -> list[str]:
        answer = http.get(f"/api/products?{query}")
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["data"]["products"]]

    for q, expected in (("cafe", cream), ("café", cream), ("CREME", cream), ("कुर्ता", kurta), ("कुर्", kurta)):
        assert found(f"q={q} {base}") == [expected["id"]], q
    assert found(f"q=न {base}") == []  # no word begins so, though शेरवानी has the letter
    assert found(f"q=शेर {base}y") == [coat["id"]]
    assert shop.delete(f"/api/products/{coat['id']}").ok
    assert found(f"q={base}&currency=INR&minPrice=3&maxPrice=4") == [cream["id"]]
    assert found(f"q={base}&sort=-price&tags=t") == [kurta["id"], cream["id"]]
    first = http.get(f"/api/products?q={base}&sort=price&limit=1").json()
    assert found(f"q={base}&sort=price&limit=1&cursor={first['meta']['nextCursor']}") == [kurta["id"]]
    place = {"lat": 10.0, "lng": 20.0}
    assert shop.patch("/api/partners/me", {"location": place}).ok
    assert found(f"q={base}&near=10.05,20&sort=price") == [cream["id"], kurta["id"]]
    assert found(f"q={base}&near=10.05,20&radiusKm=5") == []
    wrong = ["near=91,181", "near=10", "radiusKm=5", "near=1,1&radiusKm=51", "minPrice=1", "currency=EURO"]
    for query in (*wrong, "partnerId=7", "sort=words", "q=", f"q={base}&cursor=forged"):
        assert http.get(f"/api/products?{query}").status_code == 422, query


def test_deleted_products_count_for_a_limit_of_their_own(shop: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(policy, "MAX_KEPT", 2)
    made = add(shop, name="First", price=1)
    add(shop, name="Second", price=1, active=False)
    shop.delete(f"/api/products/{made['id']}")
    refused = shop.post("/api/products", {"name": "Third", "price": 1})
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "catalogue_limit")
    refused = shop.post(
        "/api/products/import", data=b"name,price\nThird,1\n", headers={"Content-Type": "text/csv"}
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "catalogue_limit")
    assert changed(shop, f"/api/products/{made['id']}", {"active": True})["active"]


@pytest.mark.parametrize("sort", ["name", "-price", "position", "-createdAt"])
def test_a_sorted_list_of_all_products_reads_an_index(app: Flask, sort: str):
    with app.app_context(), db.transaction():
        db.execute(text("SET LOCAL enable_sort = off"))
        filters = {"active": True}
        [plan, *_] = plans(lambda: search.page(whole=True, filters=filters, sort=sort, limit=20, cursor=None))
    assert {"Seq Scan", "Sort", "Incremental Sort"}.isdisjoint(node["Node Type"] for node in nodes(plan)), (
        plan
    )

"""The catalogue as CSV: export, import, and the round trip."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from metaia.core.json import Json
from metaia.products.csv import columns, reading
from tests.support.catalogues import add, open_shop
from tests.support.people import Person, World


@pytest.fixture
def shop(world: World) -> Person:
    return open_shop(world.person("tailor"))


def send(shop: Person, content: str | bytes, query: str = "", **headers: str) -> Any:
    data = content.encode() if isinstance(content, str) else content
    headers = {"Content-Type": "text/csv; charset=utf-8"} | headers
    return shop.post(f"/api/products/import{query}", data=data, headers=headers)


def imported(shop: Person, content: str | bytes, query: str = "") -> Json:
    answer = send(shop, content, query)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]
    return found


def exported(shop: Person) -> str:
    answer = shop.get("/api/products/export.csv")
    assert answer.status_code == 200, answer.text
    return answer.content.decode()


def counts(found: Json) -> tuple[bool, int, int, int]:
    return found["applied"], found["created"], found["updated"], found["unchanged"]


def codes(found: Json) -> list[tuple[int, str | None, str]]:
    return [(error["line"], error["column"], error["code"]) for error in found["errors"]]


NAMES = ("=1+1", "'@x", "+91 98", "-5", 'a;b,c "d"', "|a|b", "'=1", "Café कुर्ता", "1,5")


def test_what_was_exported_is_unchanged_when_it_is_imported(shop: Person):
    section, rate = (
        add(shop, "section", name="=Shirts"),
        add(shop, "taxRate", name="GST", rate=5, included=True),
    )
    for number, name in enumerate(NAMES):
        add(
            shop, name=name, description=f"{name}\nsecond line", tags=[name.replace("|", "/"), "linen"],
            sectionId=section["id"], taxRateId=rate["id"],
            variants=[
                {"name": "S", "sku": f"{name}{number}", "price": 1499.5, "comparePrice": 1600, "stock": 3},
                {"name": "L", "price": 0, "available": False},
            ],
        )  # fmt: skip
    hidden = add(shop, name="Hidden", price=1)
    shop.delete(f"/api/products/{hidden['id']}")
    text = exported(shop)
    before = shop.get(f"/api/products?partnerId={shop.id}&limit=100").json()["data"]
    assert text.startswith("\ufeffvariant_id,product_id,name")
    rows = [*csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))]
    assert {row["name"] for row in rows} >= {"'=1+1", "'@x", "'+91 98", "-5", "'|a\\|b".replace("'|", "'\\|")}
    other = io.StringIO()
    writer = csv.DictWriter(other, columns.HEADER[::-1], delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    for content in (text, text.removeprefix("\ufeff").replace("\r\n", "\n"), other.getvalue()):
        assert counts(imported(shop, content)) == (True, 0, 0, 2 * len(NAMES) + 1)
    assert shop.get(f"/api/products?partnerId={shop.id}&limit=100").json()["data"] == before


def test_rows_create_variants_and_change_them(shop: Person):
    add(shop, "section", name="Shirts")
    made = add(shop, name="Old", price=5, sku="OLD", stock=4)
    content = (
        "sku,name,variant,price,section,tags,stock,available\n"
        "NEW-S,Shirt,S,14.50,Shirts,linen|men,3,yes\n"
        "NEW-L,Shirt,L,16,Shirts,linen|men,,\n"
        "OLD,Older,,6.5,,,9,\n"
    )
    assert codes(imported(shop, content)) == [
        (3, "available", "invalid_boolean"),
        (4, "available", "invalid_boolean"),
    ]
    content = content.replace(",,\n", ",,true\n").replace(",9,\n", ",9,true\n")
    assert counts(imported(shop, content, "?dryRun=true")) == (False, 2, 1, 0)
    assert codes(imported(shop, content, "?mode=update")) == [
        (2, "sku", "unknown_variant"), (3, "sku", "unknown_variant"),
    ]  # fmt: skip
    assert codes(imported(shop, content, "?mode=create")) == [(4, "sku", "exists")]
    assert counts(imported(shop, content)) == (True, 2, 1, 0)
    older, shirt = shop.get(f"/api/products?partnerId={shop.id}&sort=createdAt").json()["data"]["products"]
    assert (older["id"], older["name"], older["price"], older["variants"][0]["stock"]) == (
        made["id"],
        "Older",
        6.5,
        4,
    )
    small, large = [("S", 14.5, 3), ("L", 16, None)]
    assert [(each["name"], each["price"], each["stock"]) for each in shirt["variants"]] == [small, large]
    assert shirt["tags"] == ["linen", "men"]
    assert counts(imported(shop, content)) == (True, 0, 0, 3)
    row = f"product_id,name,variant,sku,price\n{shirt['id']},Shirt,XL,,17\n"
    assert counts(imported(shop, row)) == (True, 1, 0, 0)


def test_two_variants_never_have_one_sku(shop: Person):
    sizes = [{"name": name, "sku": name, "price": 1} for name in ("S", "L")]
    small, large = (each["id"] for each in add(shop, name="Shirt", variants=sizes)["variants"])
    taken = f"variant_id,sku\n{small},L\n"  # the other variant is not in the file
    for query in ("", "?dryRun=true"):
        assert send(shop, taken, query).status_code == 422, query
    assert counts(imported(shop, f"{taken}{large},S\n")) == (True, 0, 2, 0)


def test_two_variants_of_a_product_never_have_one_name(shop: Person):
    sizes = [{"name": name, "sku": name, "price": 1} for name in ("S", "L")]
    made = add(shop, name="Shirt", variants=sizes)
    small, large = (each["id"] for each in made["variants"])
    taken = f"variant_id,variant\n{small},L\n"  # the other variant is not in the file
    for query in ("", "?dryRun=true"):
        assert codes(imported(shop, taken, query)) == [(2, "variant", "duplicate")], query
    assert codes(imported(shop, f"variant_id,variant\n{small},\n{large},\n")) == [(3, "variant", "duplicate")]
    added = f"variant_id,product_id,name,variant,price\n,{made['id']},Shirt,M,1\n{small},,Shirt,M,1\n"
    assert codes(imported(shop, added)) == [(3, "variant", "duplicate")]
    assert counts(imported(shop, f"{taken}{large},S\n")) == (True, 0, 2, 0)  # they change places


def test_any_error_means_no_change_and_has_its_line(shop: Person, world: World):
    foreign = add(open_shop(world.person("vendor")), name="Theirs", price=1, sku="THEIRS")
    add(shop, name="Mine", price=5, sku="MINE")
    before = exported(shop)
    filler = "".join(f"F{n};Filler {n};1\n" for n in range(103))
    content = f"sku;name;price\nMINE;Mine;4,20\nTWICE;A;1\n{filler}TWICE;B;2\n"
    assert codes(imported(shop, content)) == [(2, "price", "invalid_price"), (107, "sku", "duplicate")]
    for price in ("1e3", "₹12", "١٢٣", "NaN", "-1", "1.005", "0x1", " 1", "99999999999.9999"):
        assert codes(imported(shop, f"name,price\nA,{price}\n")) == [(2, "price", "invalid_price")], price
    for text, expected in (
        ("name,price\nA,\n", (2, "price", "missing")), ("name,price\n ,1\n", (2, "name", "missing")),
        ("name,price\nA\n", (2, None, "invalid_csv")), ('name,price\n"A,1\n', (2, None, "invalid_csv")),
        ("name,price,price\nA,1,1\n", (1, None, "invalid_header")), ("name,cost\nA,1\n", (1, None, "invalid_header")),
        ("", (1, None, "invalid_header")), ("name,price\nA\0,1\n", (2, "name", "invalid_text")),
        (f"variant_id,price\n{foreign['variants'][0]['id']},1\n", (2, "variant_id", "unknown_variant")),
        (f"product_id,name,price\n{foreign['id']},A,1\n", (2, "product_id", "unknown_product")),
        ("name,price,section\nA,1,None\n", (2, "section", "unknown_section")),
        ("name,price,currency\nA,1,EUR\n", (2, "currency", "currency_mismatch")),
        ("name,price,stock\nA,1,-1\n", (2, "stock", "invalid_stock")),
        ("name,variant,price,description\nA,S,1,x\nA,L,1,y\n", (3, "description", "conflicting")),
        ("name,variant,price\nA,S,1\nA,S,2\n", (3, "variant", "duplicate")),
        ("name,variant,price\n" + "".join(f"A,{n},1\n" for n in range(51)), (52, "name", "too_many_variants")),
    ):  # fmt: skip
        assert codes(imported(shop, text)) == [expected], text
    assert codes(imported(shop, b"name,price\n\xff,1\n")) == [(1, None, "invalid_encoding")]
    many = "name,price\n" + "".join(f"N{n},1\n" for n in range(reading.MAX_ROWS + 1))
    assert [error[2] for error in codes(imported(shop, many))] == ["too_many_rows"]
    assert send(shop, "name,price\nA,1\n", **{"Content-Type": "application/json"}).status_code == 415
    assert send(shop, b"x" * (5 * 1024 * 1024 + 1)).status_code == 413
    assert send(shop, "name,price\nA,1\n", "?mode=replace").status_code == 422
    assert exported(shop) == before


def test_many_products_change_at_once_or_none_does(shop: Person, world: World):
    theirs = add(open_shop(world.person("vendor")), name="Theirs", price=1)
    made = [add(shop, name=f"Shirt {n}", price=price, tags=["t"]) for n, price in enumerate((10, 10.25, 0.1))]
    ids = [each["id"] for each in made]

    def bulk(status: int = 200, **body: Any) -> Json:
        answer = shop.post("/api/products/bulk", body)
        assert answer.status_code == status, answer.text
        found: Json = answer.json().get("data", {})
        return found

    dry = bulk(filter={"tag": "t"}, price={"percent": 10, "roundTo": 0.05}, dryRun=True)
    assert sorted((each["before"], each["after"]) for each in dry["changed"]) == [(10, 11), (10.25, 11.3)]
    assert [each["reason"] for each in dry["skipped"]] == ["unchanged"]
    found = bulk(ids=[*ids, theirs["id"]], price={"amount": -0.1}, set={"available": False})
    assert {each["field"] for each in found["changed"]} == {"price", "available"}
    assert found["skipped"] == [{"id": theirs["id"], "reason": "unknown"}]
    listed = shop.get(f"/api/products?partnerId={shop.id}&sort=createdAt").json()["data"]["products"]
    assert [(each["price"], each["available"], each["version"]) for each in listed] == [
        (9.9, False, 2), (10.15, False, 2), (0, False, 2),
    ]  # fmt: skip
    for body in (
        {"ids": ids, "price": {"amount": -1}}, {"ids": ids, "price": {"amount": 1, "percent": 1}}, {"ids": ids},
        {"ids": [], "set": {"active": True}}, {"set": {"active": True}}, {"ids": ids * 167, "set": {"active": True}},
        {"ids": ids, "filter": {}, "set": {"active": True}}, {"ids": ids, "price": {"percent": 1, "roundTo": 0}},
        {"ids": ids, "set": {"sectionId": theirs["id"]}}, {"ids": ids, "price": {"percent": "1e9"}},
    ):  # fmt: skip
        bulk(422, **body)
    assert shop.get(f"/api/products?partnerId={shop.id}&sort=createdAt").json()["data"]["products"] == listed


def test_the_partner_is_notified_of_an_import_that_was_applied(shop: Person, world: World):
    content = "name,price\nKurta,10\nShirt,12\n"
    admin = world.staff()
    imported(shop, content, "?dryRun=true")
    imported(shop, content.replace("12", "1e3"))
    assert shop.get("/api/notifications").json()["data"]["notifications"] == []
    assert imported(admin, content, f"?partnerId={shop.id}")["applied"]
    (found,) = shop.get("/api/notifications").json()["data"]["notifications"]
    assert (found["type"], found["title"]) == ("import_done", "Import done")
    assert found["message"] == "New: 2, changed: 0, unchanged: 0."
    assert shop.patch("/api/auth/me", {"locale": "hi"}).ok
    assert imported(shop, exported(shop))["unchanged"] == 2
    newest, _ = shop.get("/api/notifications").json()["data"]["notifications"]
    assert (newest["title"], newest["message"]) == ("आयात पूरा हुआ", "नए: 0, बदले: 0, वैसे ही: 2।")

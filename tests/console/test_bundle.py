"""The committed bundle of the console is built from the committed sources. Needs no Node."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from metaia.core.http.fields import camel
from metaia.dev.demo_data import SHOPS
from metaia.finance.adjustments import state as adjustment_state
from metaia.finance.summaries import schemas
from metaia.finance.transactions import kinds
from metaia.ledger.chart import KINDS as KINDS_OF_ACCOUNTS
from metaia.media import state as media_state
from metaia.media.kinds import KINDS
from metaia.orders.state import MACHINE, REJECT_REASONS

ROOT = Path(__file__).parents[2]
BUNDLE = ROOT / "metaia/console/live/bundle"
CONSOLE, CLIENT = ROOT / "clients/console", ROOT / "clients/typescript"
COMMAND = "python tools/build_client.py console"
PARTS_WITH_TEXTS = (
    *("bookings", "cash", "chat", "desk", "disputes", "files", "groups", "money", "offers", "payments"),
    *("payouts", "planning", "restrictions", "shops", "catalogue", "courier", "oversight"),
    "figures",
    *(
        "storefront",
        "checkout",
        "fleet",
        "endpoints",
        "parcels",
        "system",
        "operations",
        "announcements",
        "finder",
    ),
)
REFUSALS = ("corrupt", "empty", "infected", "too_large", "too_long", "too_many_pixels", "too_short")
# KB with gzip, of files that load together.
BUDGETS = {
    "console.js main.js shared.js": 59,  # before any page is shown
    "console.css": 8,
    "tokens.css": 1,  # the colours, for rq-dashboard
    "staff.js": 17,  # the first page of staff, and its lists
    "theatre.js": 10,  # the theatre, and the map of events
    "files.js": 14,  # files, with their texts in both languages, and uploads to the store itself
    "money.js": 10,  # one's own money and the books, with their texts in both languages
    "bookings.js bookings.css": 13,  # booking, moving, cancelling, with their texts in both languages and a partner's
    "calendar.js": 6,  # a partner's calendar, services and hours
    "disputes.js": 7,  # disputes and settlements, with their texts in both languages
    "payouts.js": 7,  # payouts and credit requests, with their texts in both languages
    "payments.js": 9,  # payments, with their texts in both languages
    "chat.js chat.css": 19,  # conversations and messages, with their texts in both languages
    "desk.js": 3,  # the support desk and reports, with their texts in both languages
    "groups.js": 3,  # groups of conversations, with their texts in both languages
    "restrictions.js": 3,  # users that must not write, with their texts in both languages
    "offers.js offers.css": 13,  # offers and deals, with their texts in both languages
    "planning.js": 5,  # waiting list, feed and figures of bookings, with their texts in both languages
    "cash.js": 3,  # cash of couriers, with its texts in both languages
    "shops.js shops.css": 19,  # the directory, a shop, cart and counter, reviews, with their texts in both languages
    "catalogue.js catalogue.css": 16,  # a partner's catalogue, profile, coupons, imports, with their texts
    "courier.js courier.css": 7.5,  # a courier's shift and deliveries, with their texts in both languages
    "figures.js": 5,  # the dashboard of staff, charts, what is behind them, with their texts
    "oversight.js": 4,  # approvals, reviews, deliveries for staff, with their texts in both languages
    "storefront.js storefront.css": 5.5,  # pictures, dates, area, sales of a shop, with their texts
    "checkout.js": 3.5,  # a chosen time, saved addresses and measurements, with their texts
    "fleet.js": 4,  # open deliveries, own couriers, reasons, with their texts
    "endpoints.js": 6,  # endpoints of outgoing webhooks and their deliveries, with their texts in both languages
    "parcels.js": 5,  # parcels of an order with a map, those of staff, with their texts
    "system.js": 7.5,  # statistics, performance, errors, the log of events for staff, with their texts
    "operations.js": 6.5,  # bulk operations, with their texts in both languages
    "announcements.js announcements.css": 5,  # the banner, and the page of admins, with their texts in both languages
    "finder.js": 2.5,  # the search across all types, with its texts in both languages
    "preferences.js": 2,
    "hi.js": 12.5,  # for those who choose Hindi
}


def test_the_bundle_is_that_of_the_sources() -> None:
    sources = [
        path for folder in (CONSOLE / "src", CLIENT / "src") for path in folder.rglob("*") if path.is_file()
    ]
    sources += [CONSOLE / name for name in ("build.mjs", "settings.mjs", "package-lock.json")]
    whole = hashlib.sha256()
    for name in sorted(path.relative_to(ROOT).as_posix() for path in sources):
        content = (ROOT / name).read_bytes()
        whole.update(f"{name} {len(content)} ".encode() + content)
    assert (BUNDLE / "sources.sha256").read_text().strip() == whole.hexdigest(), f"run {COMMAND}"


def test_each_part_of_the_bundle_is_small() -> None:
    files = {path.name for path in BUNDLE.iterdir() if path.suffix in {".css", ".js"}}
    assert files == {name for part in BUDGETS for name in part.split()}
    sizes = {
        part: sum(len(gzip.compress((BUNDLE / name).read_bytes(), 9)) for name in part.split())
        for part in BUDGETS
    }
    assert {part: size for part, size in sizes.items() if size > BUDGETS[part] * 1024} == {}


def test_each_import_of_the_bundle_leads_to_a_file_of_it() -> None:
    for path in BUNDLE.glob("*.js"):
        for name in re.findall(r'(?:from|import)\s*\(?"\./([^"]+)"', path.read_text()):
            assert (BUNDLE / name).exists(), f"{path.name} imports {name}"


@pytest.mark.parametrize("part", PARTS_WITH_TEXTS)
def test_each_language_has_every_text_of_a_part(part: str) -> None:
    files = {
        path.stem: json.loads(path.read_text()) for path in (CONSOLE / f"src/text/{part}").glob("*.json")
    }
    assert files.keys() == {"en", "hi"}
    _check_translation(files["en"], files["hi"])


def test_each_language_has_every_text() -> None:
    files = {path.stem: json.loads(path.read_text()) for path in (CONSOLE / "src/text").glob("*.json")}
    assert files.keys() == {"en", "en-staff", "hi"}
    assert not files["en"].keys() & files["en-staff"].keys()
    _check_translation(files["en"] | files["en-staff"], files["hi"])


def _check_translation(english: dict[str, str], hindi: dict[str, str]) -> None:
    assert english.keys() == hindi.keys()
    for name, text in english.items():
        assert text.count("{") == hindi[name].count("{"), name
        assert "<" not in text + hindi[name]


def test_a_text_of_staffs_pages_is_used_by_no_other_page() -> None:
    """Others show the key instead, because `staff.js` is not loaded."""
    texts = json.loads((CONSOLE / "src/text/en-staff.json").read_text())
    for path in (CONSOLE / "src").rglob("*.ts*"):
        if path.parent.name == "staff" and path.name != "index.tsx":
            continue
        source = path.read_text()
        assert [name for name in texts if f'"{name}"' in source] == [], path


def test_the_reasons_of_a_rejection_are_those_of_the_api() -> None:
    source = (CONSOLE / "src/pages/common/action.tsx").read_text()
    found = re.search(r"REASONS = \[(.*?)\]", source)
    assert found
    assert tuple(re.findall(r'"(\w+)"', found[1])) == REJECT_REASONS


def test_each_status_action_and_reason_has_a_text() -> None:
    texts = json.loads((CONSOLE / "src/text/en.json").read_text())
    wanted = [f"status.{status}" for status in MACHINE.states]
    wanted += [
        f"{prefix}.{action}" for action in ("create", *MACHINE.actions) for prefix in ("action", "done")
    ]
    wanted += [f"reason.{reason}" for reason in REJECT_REASONS]
    assert [name for name in wanted if name not in texts] == []


def test_each_refusal_of_a_file_has_a_text() -> None:
    texts = json.loads((CONSOLE / "src/text/files/en.json").read_text())
    wanted = [f"state.{status}" for status in media_state.MACHINE.states]
    wanted += [f"why.{kind.unsupported}" for kind in KINDS.values()]
    wanted += [f"why.{code}" for code in REFUSALS]
    assert [name for name in wanted if name not in texts] == []


def test_each_kind_of_money_has_a_text() -> None:
    texts = json.loads((CONSOLE / "src/text/money/en.json").read_text())
    wanted = [f"type.{name}" for name in kinds.TYPES]
    wanted += [f"status.{status}" for status in adjustment_state.MACHINE.states]
    parts = (schemas.PartnerSummary, schemas.CustomerSummary, schemas.HouseSummary)
    wanted += [f"part.{camel(name)}" for part in parts for name in part().fields]
    page = (CONSOLE / "src/pages/money/own.tsx").read_text()
    wanted += [
        f"has.{name}" for name in re.findall(r'"(\w+)"', page.partition("AMOUNTS = [")[2].partition("]")[0])
    ]
    assert [name for name in wanted if name not in texts] == []
    source = (CONSOLE / "src/pages/money/books.tsx").read_text()
    assert all(f'"{kind}"' in source for kind in KINDS_OF_ACCOUNTS)


def test_the_suggestions_are_the_products_of_the_demo() -> None:
    source = (CONSOLE / "src/pages/customer/products.ts").read_text()
    products = {(name, int(price)) for name, price in re.findall(r'\["([^"]+)", (\d+)\]', source)}
    assert products == {product for shop in SHOPS.values() for product in shop}

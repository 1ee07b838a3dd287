"""The texts and choices of the console's pages on shops are those of the API. Needs no Node."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from metaia.products.pricing import coupon
from metaia.products.pricing.coupon import KINDS
from metaia.products.records import CHOICE, MEASUREMENT, TEXT
from metaia.reviews.state import REPORT_REASONS, SUBJECT_TYPES
from metaia.shipments.state import STATUSES as SHIPMENT_STATUSES
from metaia.shipments.state import UNKNOWN
from metaia.shops.delivery_areas.schemas import PARTS
from metaia.shops.schemas import AVAILABILITIES, COURIER_CALLS, DELIVERY_BY, FULFILMENTS
from metaia.shops.state import MACHINE
from metaia.system.errors.state import STATES as ERROR_STATES
from metaia.system.performance.schemas import WINDOWS

SOURCES = Path(__file__).parents[2] / "clients/console/src"
WANTED: dict[str, dict[str, Iterable[str]]] = {
    "shops": {
        "coupon": coupon.REASONS,
        "report": REPORT_REASONS,
        "subject": SUBJECT_TYPES[:1],
        "": (*AVAILABILITIES, *FULFILMENTS),
    },
    "catalogue": {
        "shop": MACHINE.states,
        "availability": AVAILABILITIES,
        "fulfilment": FULFILMENTS,
        "delivery.area": (*PARTS, "none"),  # without an area: to keep one that is none
        "delivery.by": DELIVERY_BY,
        "delivery.call": COURIER_CALLS,
        "coupon.kind": KINDS,
        "group.kind": (CHOICE, TEXT, MEASUREMENT),
    },
    "system": {"state": ERROR_STATES, "set": ERROR_STATES, "window": tuple(WINDOWS)},
    "oversight": {"status": MACHINE.states, "report": REPORT_REASONS, "subject": SUBJECT_TYPES},
    "parcels": {"status": (*SHIPMENT_STATUSES, UNKNOWN)},
}


@pytest.mark.parametrize("part", WANTED)
def test_each_value_has_a_text(part: str) -> None:
    texts = json.loads((SOURCES / f"text/{part}/en.json").read_text())
    wanted = [f"{name}.{value}".lstrip(".") for name, values in WANTED[part].items() for value in values]
    assert [name for name in wanted if name not in texts] == []


def test_the_reasons_of_a_report_are_those_of_the_api() -> None:
    source = (SOURCES / "pages/shops/reviews.tsx").read_text()
    found = re.search(r"REASONS = \[(.*?)\]", source)
    assert found
    assert tuple(re.findall(r'"(\w+)"', found[1])) == REPORT_REASONS

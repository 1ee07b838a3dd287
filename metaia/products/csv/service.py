"""The catalogue to CSV and back. Any error in a file means that nothing changes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import chain, islice

from defusedcsv import csv as safe_csv

from metaia.core import db, rooms, threads
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.notifications import service as notification_service
from metaia.products import policy, publish, queries
from metaia.products import service as product_service
from metaia.products.csv import columns, reading
from metaia.products.csv import queries as csv_queries
from metaia.products.csv.columns import HEADER, Names
from metaia.products.csv.plan import Plan
from metaia.products.models import SectionRow, TaxRateRow
from metaia.products.notifications import IMPORT_DONE
from metaia.products.records import Product
from metaia.products.variants import service as variant_service
from metaia.shops.queries import Shop

MAX_ERRORS = 200
AT_ONCE = 100  # rows before other greenlets run


def exported(actor: Actor, partner_id: str | None) -> bytes:
    """Return the rows of a catalogue, hidden products too. Raises Forbidden, Invalid and Conflict."""
    owner = policy.partner_of(actor, partner_id)
    with db.transaction():
        shop = publish.lock(owner)
        return b"".join(_written(csv_queries.parts(owner), _names(shop)))


def imported(actor: Actor, content: bytes, given: Json) -> Json:
    """Change a catalogue by a file, or only check it. Raises Forbidden, Invalid and Conflict."""
    owner = policy.partner_of(actor, given["partner_id"])
    rows, errors = threads.call(reading.rows, content)
    with db.transaction():
        shop = publish.lock(owner)
        plan = Plan(owner, _names(shop), given["mode"])
        for part in csv_queries.parts(owner):
            plan.know(part)
            threads.pause()
        for row in threads.paced(rows, AT_ONCE):
            plan.add(row)
        pairs = [pair for pair in variant_service.paced_pairs(plan.pairs()) if pair[0] != pair[1]]
        for _, after in variant_service.paced_pairs(pairs):
            plan.check(after)
        errors = [*errors, *plan.errors]
        if not errors and pairs:
            _require_room(owner, pairs)
            if given["dry_run"]:
                product_service.require_consistent(owner, [after for _, after in pairs])
            else:
                product_service.stored(actor, "import", pairs)
        if not errors and not given["dry_run"]:
            subject = rooms.subject("partner", owner)
            notification_service.notify(owner, IMPORT_DONE, plan.counts(), subject=subject)
    return {
        "applied": not errors and not given["dry_run"],
        **plan.counts(),
        "errors": [asdict(error) for error in sorted(errors, key=lambda each: each.line)[:MAX_ERRORS]],
    }


def _require_room(partner_id: str, pairs: list[product_service.Pair]) -> None:
    more = sum(after.active and not (before and before.active) for before, after in pairs)
    product_service.require_room(partner_id, more, sum(before is None for before, _ in pairs))


def _names(shop: Shop) -> Names:
    sections = queries.sections_where(SectionRow.partner_id == shop.user_id)
    rates = queries.tax_rates(TaxRateRow.partner_id == shop.user_id, TaxRateRow.active)
    return Names(shop.currency, queries.by_id(sections), queries.by_id(rates))


def _written(parts: Iterable[list[Product]], names: Names) -> Iterator[bytes]:
    """Yield the file in parts; numbers in cells stay numbers, and no text becomes a formula."""
    yield _lines([list(HEADER)], reading.BOM)
    products = chain.from_iterable(parts)
    rows = ([*columns.cells(each, variant, names).values()] for each in products for variant in each.variants)
    while part := list(islice(rows, AT_ONCE)):
        yield _lines(part)
        threads.pause()


def _lines(rows: list[list[str]], prefix: str = "") -> bytes:
    out = io.StringIO()
    safe_csv.writer(out).writerows(rows)
    return (prefix + out.getvalue()).encode()

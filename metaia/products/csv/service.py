"""The catalogue to CSV and back. Any error in a file means that nothing changes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain, islice
from typing import NamedTuple

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
from metaia.products.csv.reading import CellError, Row
from metaia.products.models import SectionRow, TaxRateRow
from metaia.products.notifications import IMPORT_DONE
from metaia.products.records import Product
from metaia.products.variants import service as variant_service
from metaia.shops.queries import Shop

MAX_ERRORS = 200
AT_ONCE = 100  # rows before other greenlets run
Progress = Callable[[float], None]  # called with the share of the work that is done


class File(NamedTuple):
    """The rows of a file, and what is wrong with its form."""

    rows: Sequence[Row]
    errors: Sequence[CellError]


def exported(actor: Actor, partner_id: str | None) -> bytes:
    """Return the rows of a catalogue, hidden products too. Raises Forbidden, Invalid and Conflict."""
    owner = policy.partner_of(actor, partner_id)
    with db.transaction():
        shop = publish.lock(owner)
        return b"".join(_written(csv_queries.parts(owner), _names(shop)))


def parsed(content: bytes) -> File:
    """Return the rows of a file, and what is wrong with its form. Call it in a thread."""
    return File(*reading.rows(content))


def applied(
    actor: Actor, owner: str, file: File, *, mode: str, dry_run: bool, progress: Progress = lambda _: None
) -> Json:
    """Change the catalogue of a partner by a file, or only check it. Raises Invalid, Conflict and TooMany."""
    with db.transaction():
        shop = publish.lock(owner)
        plan, pairs = _planned(shop, file.rows, mode, progress)
        errors = [*file.errors, *plan.errors]
        if not errors and pairs:
            _require_room(owner, pairs)
            if dry_run:
                product_service.require_consistent(owner, [after for _, after in pairs])
            else:
                product_service.stored(actor, "import", pairs, lambda done: progress((1 + done) / 2))
        if not errors and not dry_run:
            subject = rooms.subject("partner", owner)
            notification_service.notify(owner, IMPORT_DONE, plan.counts(), subject=subject)
    return {
        "applied": not errors and not dry_run,
        **plan.counts(),
        "errors": [asdict(error) for error in sorted(errors, key=lambda each: each.line)[:MAX_ERRORS]],
    }


def _planned(
    shop: Shop, rows: Sequence[Row], mode: str, progress: Progress
) -> tuple[Plan, list[product_service.Pair]]:
    """Return the plan of the rows, and the products that they change, before and after."""
    plan = Plan(shop.user_id, _names(shop), mode)
    for part in csv_queries.parts(shop.user_id):
        plan.know(part)
        threads.pause()
    for number, row in enumerate(threads.paced(rows, AT_ONCE), 1):
        plan.add(row)
        progress(number / len(rows) / 2)
    pairs = [pair for pair in variant_service.paced_pairs(plan.pairs()) if pair[0] != pair[1]]
    for _, after in variant_service.paced_pairs(pairs):
        plan.check(after)
    return plan, pairs


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

"""What the rows of a file change. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.products.csv import columns
from metaia.products.csv.columns import OF_PRODUCT, OF_VARIANT, Names, Refused
from metaia.products.csv.reading import CellError, Row
from metaia.products.csv.schemas import CREATE, UPDATE
from metaia.products.policy import MAX_VARIANTS
from metaia.products.records import ITEM, Product, Variant

Changes = dict[str, Any]
Pair = tuple[Product | None, Product]
NEEDED = ("name", "price")  # of a new product


class Plan:
    """The changes of a file to the products of a partner: first these, then all rows, then `pairs` and `check`."""

    def __init__(self, partner_id: str, names: Names, mode: str) -> None:
        self.errors: list[CellError] = []
        self._partner_id, self._names, self._mode = partner_id, names, mode
        self._before: dict[str, Product] = {}
        self._after: dict[str, Product] = {}
        self._changed: dict[tuple[str, str], Any] = {}  # by product and field: what a row has changed it to
        self._owners: dict[str, str] = {}
        self._skus: dict[str, str] = {}
        self._lines: dict[str, int] = {}  # by key: where it was first
        self._new: dict[str, str] = {}  # new products by name
        self._named: dict[str, int] = {}  # by variant: the line that names it
        self._counts: Counter[str] = Counter()

    def know(self, products: Iterable[Product]) -> None:
        """Add products that the partner has."""
        for product in products:
            self._before[product.id] = self._after[product.id] = product
            for variant in product.variants:
                self._owners[variant.id] = product.id
                if variant.sku is not None:
                    self._skus[variant.sku] = variant.id

    def add(self, row: Row) -> None:
        """Add the changes of a row, or what is wrong with it."""
        try:
            self._require_first(row)
            self._require_currency(row)
            variant_id = self._found(row)
            if variant_id is None:
                self._create(row)
            else:
                self._update(row, variant_id)
        except _Wrong as wrong:
            self.errors.append(CellError(row.line, wrong.column, wrong.code, wrong.message))

    def pairs(self) -> Iterator[Pair]:
        """Yield all products before and after the changes."""
        return ((self._before.get(product_id), after) for product_id, after in self._after.items())

    def check(self, product: Product) -> None:
        """Add the variants that have the name of another one of a changed product, when all rows are known."""
        lines = defaultdict(list)
        for variant in product.variants:
            lines[variant.name].append(self._named.get(variant.id, 0))
        for same in lines.values():
            if len(same) > 1 and (line := max(same)):
                message = "The product has a variant of this name."
                self.errors.append(CellError(line, "variant", "duplicate", message))

    def counts(self) -> dict[str, int]:
        """Return the numbers of rows that create, update and change nothing."""
        return {name: self._counts[name] for name in ("created", "updated", "unchanged")}

    def _require_first(self, row: Row) -> None:
        for column in ("variant_id", "sku"):
            if key := columns.unescaped(row.cells.get(column, "")).strip():
                line = self._lines.setdefault(f"{column} {key}", row.line)
                if line != row.line:
                    raise _Wrong(column, "duplicate", f"Given on line {line}.")

    def _require_currency(self, row: Row) -> None:
        if row.cells.get("currency", "").strip() not in {"", self._names.currency}:
            raise _Wrong("currency", "currency_mismatch", f"Prices are in {self._names.currency}.")

    def _found(self, row: Row) -> str | None:
        """Return the variant of a row, None for a new one: by its id, else by its SKU."""
        variant_id = row.cells.get("variant_id", "").strip().lower()
        if variant_id and variant_id not in self._owners:
            raise _Wrong("variant_id", "unknown_variant", "Not a variant of this catalogue.")
        sku = columns.unescaped(row.cells.get("sku", "")).strip()
        found = variant_id or self._skus.get(sku)
        if found is None and self._mode == UPDATE:
            raise _Wrong("sku", "unknown_variant", "There is no such variant.")
        if found is not None and self._mode == CREATE:
            raise _Wrong("sku", "exists", "The variant exists.")
        return found

    def _update(self, row: Row, variant_id: str) -> None:
        product = self._after[self._owners[variant_id]]
        [before] = [each for each in self._before[product.id].variants if each.id == variant_id]
        shown = columns.cells(self._before[product.id], before, self._names)
        changed = {
            name for name, cell in row.cells.items() if shown[name] not in {cell, columns.unescaped(cell)}
        }
        after = self._with_product(row, product, changed)
        values = self._values(row, {name: OF_VARIANT[name] for name in OF_VARIANT if name in changed})
        if "name" in values:
            self._named[variant_id] = row.line
        variants = tuple(
            replace(each, **values) if each.id == variant_id else each for each in after.variants
        )
        after = replace(after, variants=variants)
        self._counts["unchanged" if after == product else "updated"] += 1
        self._after[product.id] = after

    def _create(self, row: Row) -> None:
        missing = [name for name in NEEDED if not row.cells.get(name, "").strip()]
        if missing:
            raise _Wrong(missing[0], "missing", "Required for a new variant.")
        values = self._values(row, OF_VARIANT | {"stock": "stock"})
        product = self._product_of(row)
        if len(product.variants) >= MAX_VARIANTS:  # here, because each row compares the names of all
            raise _Wrong("name", "too_many_variants", f"At most {MAX_VARIANTS} variants of a product.")
        variant = Variant(id=new_id(), **values, position=len(product.variants))
        self._named[variant.id] = row.line
        self._after[product.id] = replace(product, variants=(*product.variants, variant))
        self._counts["created"] += 1

    def _product_of(self, row: Row) -> Product:
        """Return the product of a new variant: the named one, one of an earlier row of that name, or a new one."""
        product_id = row.cells.get("product_id", "").strip().lower()
        if product_id:
            if product_id not in self._before:
                raise _Wrong("product_id", "unknown_product", "Not a product of this catalogue.")
            return self._after[product_id]
        name = self._values(row, {"name": "name"})["name"]
        if name in self._new:
            return self._with_product(row, self._after[self._new[name]], set(row.cells))
        moment = now()
        empty = Product(new_id(), self._partner_id, name, ITEM, self._names.currency, 1, moment, moment)
        made = self._with_product(row, empty, set(row.cells))
        self._new[name] = made.id
        return made

    def _with_product(self, row: Row, product: Product, changed: set[str]) -> Product:
        """Return a product with the cells that a row changes. Two rows must not change one cell differently."""
        values = self._values(row, {name: OF_PRODUCT[name] for name in OF_PRODUCT if name in changed})
        for column, field in OF_PRODUCT.items():
            if field in values:
                key = (product.id, field)
                if self._changed.setdefault(key, values[field]) != values[field]:
                    raise _Wrong(column, "conflicting", "Another row of the product has another value.")
        return replace(product, **values)

    def _values(self, row: Row, wanted: dict[str, str]) -> Changes:
        found: Changes = {}
        for column, field in wanted.items():
            if column in row.cells:
                try:
                    found[field] = columns.value(column, row.cells[column], self._names)
                except Refused as refused:
                    raise _Wrong(column, refused.code, refused.message) from None
        return found


class _Wrong(Exception):
    def __init__(self, column: str, code: str, message: str) -> None:
        super().__init__(message)
        self.column, self.code, self.message = column, code, message

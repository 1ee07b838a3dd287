"""Catalogues as CSV, for measurements of imports."""

from __future__ import annotations

import csv
import io

VARIANTS = 10  # of each product: a partner may have 2,000 products
HEADER = ("name", "variant", "sku", "description", "price", "stock")
# Statements that remove what was imported.
FORGET = (
    "DELETE FROM product_variants WHERE product_id IN (SELECT id FROM products WHERE name LIKE 'Import %')",
    "DELETE FROM products WHERE name LIKE 'Import %'",
)


def table(number: int, rows: int) -> bytes:
    """Return a file of new products, with one row for each variant; another `number` has other products."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for row in range(rows):
        product, variant = divmod(row, VARIANTS)
        names = [f"Import {number} {product}", f"Size {variant}", f"{number}-{row}", "Linen, made to measure"]
        writer.writerow([*names, f"{row % 900 + 100}.50", "7"])
    return out.getvalue().encode()

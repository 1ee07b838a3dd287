"""CSV as rows. Pure, and called in a thread, because megabytes take some tenths of a second."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from metaia.products.csv.columns import HEADER

MAX_ROWS = 10_000
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by column, and the line at which it begins."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with a cell, or with a whole row if it names no column."""

    line: int
    column: str | None
    code: str
    message: str


def rows(content: bytes) -> tuple[list[Row], list[CellError]]:
    """Return the rows of a file in UTF-8, and what is wrong with its form. The header line decides the delimiter."""
    try:
        text = content.decode().removeprefix(BOM)
    except UnicodeDecodeError:
        return [], [CellError(1, None, "invalid_encoding", "Send UTF-8.")]
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if error := _header_error(header):
            return [], [CellError(1, None, "invalid_header", error)]
        return _read(reader, header)
    except csv.Error as error:
        return [], [CellError(reader.line_num, None, "invalid_csv", str(error))]


def _header_error(header: list[str]) -> str | None:
    unknown = sorted({name for name in header if name not in HEADER})
    if not header or unknown:
        return f"Columns are {', '.join(HEADER)}; not {', '.join(unknown)[:200]}."
    if len(set(header)) < len(header):
        return "A column is given twice."
    return None


def _read(reader: csv.reader, header: list[str]) -> tuple[list[Row], list[CellError]]:  # type: ignore[valid-type] # typeshed has a function
    found: list[Row] = []
    errors: list[CellError] = []
    line = reader.line_num + 1  # type: ignore[attr-defined]
    for cells in reader:  # type: ignore[attr-defined]
        if len(found) == MAX_ROWS:
            return [], [CellError(line, None, "too_many_rows", f"At most {MAX_ROWS:,} rows.")]
        if len(cells) == len(header):
            found.append(Row(line, dict(zip(header, cells, strict=True))))
        elif cells:
            errors.append(
                CellError(line, None, "invalid_csv", f"{len(cells)} cells; the header has {len(header)}.")
            )
        line = reader.line_num + 1  # type: ignore[attr-defined]
    return found, errors
